package dev.isnet.benchmarks;

import dev.isnet.backbone.ConvNet;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.Twin;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.relevance.RuleSet;
import dev.isnet.train.LossGraph;
import dev.isnet.train.Objective;
import java.util.*;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

public final class StepProfile {
  public static void main(String[] args) {
    int size = Integer.parseInt(args[0]);
    int b = Integer.parseInt(args[1]);
    int k = Integer.parseInt(args[2]);
    ComputationGraph net =
        new ComputationGraph(ConvNet.builder(new ImageSize(size, size, 3), k).build());
    net.init();
    Nd4j.getRandom().setSeed(7);
    INDArray x = Nd4j.rand(DataType.FLOAT, b, 3, size, size);
    INDArray y = Nd4j.zeros(DataType.FLOAT, b, k);
    for (int i = 0; i < b; i++) y.putScalar(i, i % k, 1);
    INDArray m = Nd4j.rand(DataType.FLOAT, b, 1, size, size).gt(0.5).castTo(DataType.FLOAT);
    boolean[] has = new boolean[b];
    Arrays.fill(has, true);
    MaskedBatch batch = new MaskedBatch(x, y, m, has, Collections.nCopies(b, "x"));
    LossGraph plain = new LossGraph(net, Objective.plain(), Twin.Mode.TRAINING);
    LossGraph isnet =
        new LossGraph(
            net,
            Objective.isnet(0.7, HeatmapLoss.standard(), RuleSet.standard()),
            Twin.Mode.TRAINING);
    for (int r = 0; r < 3; r++) {
      double[] tp = new double[15], ti = new double[15];
      for (int i = 0; i < 15; i++) {
        long t = System.nanoTime();
        plain.run(batch, 0, 1);
        plain.gradient();
        tp[i] = (System.nanoTime() - t) / 1e6;
        t = System.nanoTime();
        isnet.run(batch, 0.7, 1);
        isnet.gradient();
        ti[i] = (System.nanoTime() - t) / 1e6;
      }
      Arrays.sort(tp);
      Arrays.sort(ti);
      System.out.printf(
          "plain %.1f ms (min %.1f)  isnet %.1f ms (min %.1f) ratio %.2f%n",
          tp[7], tp[0], ti[7], ti[0], ti[7] / tp[7]);
    }
    for (LossGraph g : List.of(plain, isnet)) {
      Map<String, Long> times = new TreeMap<>();
      for (int i = 0; i < 10; i++) g.compiled().run(times);
      System.out.printf(
          "arena %.1f MB floor %.1f MB%n",
          g.compiled().arenaBytes() / 1e6, g.compiled().floorBytes() / 1e6);
      times.entrySet().stream()
          .sorted((a, c) -> Long.compare(c.getValue(), a.getValue()))
          .forEach(e -> System.out.printf("  %-45s %.2f ms%n", e.getKey(), e.getValue() / 1e7));
    }
    org.nd4j.linalg.dataset.DataSet ds = new org.nd4j.linalg.dataset.DataSet(x, y);
    for (int r = 0; r < 0; r++) {
      long t = System.nanoTime();
      net.fit(ds);
      System.out.printf("fit %.1f ms%n", (System.nanoTime() - t) / 1e6);
    }
  }
}

package dev.isnet.benchmarks;

import dev.isnet.backbone.ConvNet;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.Predictor;
import dev.isnet.graph.Twin;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.relevance.RuleSet;
import dev.isnet.train.LossGraph;
import dev.isnet.train.Objective;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The four-convolution network at 64×64, batch 16, three classes. */
final class StepBenchmarks {

  private static final ImageSize SIZE = new ImageSize(64, 64, 3);
  private static final int BATCH = 16;
  private static final int CLASSES = 3;

  private final ComputationGraph network;
  private final MaskedBatch batch;

  StepBenchmarks() {
    network = new ComputationGraph(ConvNet.builder(SIZE, CLASSES).build());
    network.init();
    Nd4j.getRandom().setSeed(7);
    INDArray images = Nd4j.rand(DataType.FLOAT, BATCH, 3, 64, 64);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, BATCH, CLASSES);
    for (int b = 0; b < BATCH; b++) {
      labels.putScalar(b, b % CLASSES, 1);
    }
    INDArray masks = Nd4j.rand(DataType.FLOAT, BATCH, 1, 64, 64).gt(0.5).castTo(DataType.FLOAT);
    boolean[] hasMask = new boolean[BATCH];
    Arrays.fill(hasMask, true);
    batch = new MaskedBatch(images, labels, masks, hasMask, Collections.nCopies(BATCH, "random"));
  }

  private LossGraph plain() {
    return new LossGraph(network, Objective.plain(), Twin.Mode.TRAINING, CLASSES);
  }

  private LossGraph isnet() {
    Objective objective = Objective.isnet(0.7, HeatmapLoss.standard(), RuleSet.standard());
    return new LossGraph(network, objective, Twin.Mode.TRAINING, CLASSES);
  }

  private void step(LossGraph graph) {
    graph.run(batch, 0.7, 1);
    graph.gradient();
  }

  /** An ISNet step in plain steps of the same twin; (1 + m) is the arithmetic. */
  Measurement isnetStep(boolean profile) {
    try (LossGraph plain = plain();
        LossGraph isnet = isnet()) {
      double[] ms = Measurement.medians(25, () -> step(isnet), () -> step(plain));
      System.err.printf("isnet step %.1f ms, plain step %.1f ms%n", ms[0], ms[1]);
      System.err.printf(
          "arena %.1f MB, alive at once %.1f MB%n",
          isnet.compiled().arenaBytes() / 1e6, isnet.compiled().floorBytes() / 1e6);
      if (profile) {
        Map<String, Long> times = new TreeMap<>();
        for (int i = 0; i < 10; i++) {
          isnet.compiled().run(times);
        }
        times.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .forEach(e -> System.err.printf("  %-40s %8.2f ms%n", e.getKey(), e.getValue() / 1e7));
      }
      return new Measurement("isnet-step", ms[0] / ms[1], 1.3 * (1 + CLASSES));
    }
  }

  /** A plain step of the twin against ComputationGraph.fit on the same batch. */
  Measurement plainStep() {
    DataSet data = new DataSet(batch.images(), batch.labels());
    try (LossGraph plain = plain()) {
      double[] ms = Measurement.medians(9, () -> step(plain), () -> network.fit(data));
      System.err.printf("plain step %.1f ms, ComputationGraph.fit %.1f ms%n", ms[0], ms[1]);
      return new Measurement("plain-step", ms[0] / ms[1], 0.2);
    }
  }

  /** Inference on the twin against ComputationGraph.output on the same batch. */
  Measurement inference() {
    try (Predictor predictor = new Predictor(network)) {
      double[] ms =
          Measurement.medians(
              9,
              () -> predictor.probabilities(batch.images()).close(),
              () -> network.output(batch.images()));
      System.err.printf("Predictor %.1f ms, ComputationGraph.output %.1f ms%n", ms[0], ms[1]);
      return new Measurement("inference", ms[0] / ms[1], 0.2);
    }
  }

  /** Resident memory after 150 further ISNet steps against that after the first 20. */
  Measurement memory() {
    try (LossGraph isnet = isnet()) {
      for (int i = 0; i < 20; i++) {
        step(isnet);
      }
      System.gc();
      long before = Pointer.physicalBytes();
      for (int i = 0; i < 150; i++) {
        step(isnet);
      }
      System.gc();
      long after = Pointer.physicalBytes();
      System.err.printf("resident %.0f MB, then %.0f MB%n", before / 1e6, after / 1e6);
      return new Measurement("memory-growth", (double) after / before, 1.05);
    }
  }
}

package dev.isnet.benchmarks;

import dev.isnet.backbone.Architecture;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.Twin;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.relevance.RuleSet;
import dev.isnet.relevance.Variant;
import dev.isnet.train.LossGraph;
import dev.isnet.train.Objective;
import java.util.Arrays;
import java.util.Collections;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A network with a batch of random images of 64×64 pixels.
 *
 * @param network the network
 * @param batch the batch
 * @param classes K
 */
record Workload(ComputationGraph network, MaskedBatch batch, int classes) {

  private static final ImageSize SIZE = new ImageSize(64, 64, 3);

  static Workload of(String architecture, int images, int classes) {
    ComputationGraph network =
        new ComputationGraph(Architecture.named(architecture).builder(SIZE, classes).build());
    network.init();
    Nd4j.getRandom().setSeed(7);
    INDArray pixels = Nd4j.rand(DataType.FLOAT, images, 3, 64, 64);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, images, classes);
    for (int b = 0; b < images; b++) {
      labels.putScalar(b, b % classes, 1);
    }
    INDArray masks = Nd4j.rand(DataType.FLOAT, images, 1, 64, 64).gt(0.5).castTo(DataType.FLOAT);
    boolean[] hasMask = new boolean[images];
    Arrays.fill(hasMask, true);
    return new Workload(
        network,
        new MaskedBatch(pixels, labels, masks, hasMask, Collections.nCopies(images, "random")),
        classes);
  }

  LossGraph plain() {
    return new LossGraph(network, Objective.plain(), Twin.Mode.TRAINING, classes);
  }

  LossGraph isnet(Variant variant) {
    Objective objective =
        Objective.isnet(0.7, HeatmapLoss.standard(), RuleSet.standard()).with(variant);
    return new LossGraph(network, objective, Twin.Mode.TRAINING, classes);
  }

  /** What an ISNet step must keep at least, see {@link KeptArrays}. */
  long keptBytes(int maps) {
    return KeptArrays.bytes(
        network.getConfiguration(),
        InputType.convolutional(SIZE.height(), SIZE.width(), SIZE.channels()),
        batch.size(),
        maps);
  }

  /** A step with what ComputationGraph.fit does after the gradient: Adam and running statistics. */
  Runnable updatingStep(LossGraph graph) {
    INDArray parameters = network.params();
    IUpdater adam = new Adam(1e-3); // the backbones' own
    GradientUpdater<?> updater =
        adam.instantiate(Nd4j.create(1, adam.stateSize(parameters.length())), true);
    return () -> {
      graph.run(batch, 0.7, 1);
      INDArray gradient = graph.gradient().reshape(1, parameters.length());
      updater.applyUpdater(gradient, 0, 0);
      parameters.subi(gradient.reshape(parameters.shape()));
      graph.updateStatistics();
    };
  }

  /** Loss and gradient. */
  void step(LossGraph graph) {
    graph.run(batch, 0.7, 1);
    graph.gradient();
  }
}

package dev.isnet.benchmarks;

import dev.isnet.backbone.Architecture;
import dev.isnet.backbone.ParameterCount;
import dev.isnet.backbone.UNet;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskMaker;
import dev.isnet.graph.Predictor;
import dev.isnet.segment.Pipeline;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * At run time an ISNet is its backbone alone. Against the segmentation–classification pipeline with
 * the same backbone, at 224×224; the paper found an ISNet with DenseNet-121 70 to 108 % faster and
 * almost 80 % smaller.
 */
final class PipelineBenchmarks {

  private static final ImageSize SIZE = new ImageSize(224, 224, 3);
  private static final int CLASSES = 3;
  private static final int ROUNDS = 5;

  /** What erases the background in front of the backbone. */
  enum Segmenter {
    /** As the command line trains it unless told otherwise. */
    STANDARD(UNet.DEFAULT_DEPTH, UNet.DEFAULT_FILTERS),
    /** The paper's, with 31.0 million parameters. */
    PAPER(5, 64);

    private final int depth;
    private final int filters;

    Segmenter(int depth, int filters) {
      this.depth = depth;
      this.filters = filters;
    }

    private ComputationGraphConfiguration configuration() {
      return UNet.builder(SIZE).optDepth(depth).optFilters(filters).build();
    }
  }

  /** Inference of the backbone against that of the pipeline, both on the twin. */
  Measurement inference(
      String name, String architecture, Segmenter segmenter, int images, double limit) {
    ComputationGraph backbone = initialised(backbone(architecture));
    ComputationGraph pipeline =
        Pipeline.join(
            initialised(segmenter.configuration()), MaskMaker.DEFAULT_THRESHOLD, backbone, SIZE);
    Nd4j.getRandom().setSeed(7);
    INDArray pixels = Nd4j.rand(DataType.FLOAT, images, 3, SIZE.height(), SIZE.width());
    try (Predictor isnet = new Predictor(backbone);
        Predictor both = new Predictor(pipeline)) {
      double[] ms =
          Measurement.medians(
              ROUNDS,
              () -> isnet.probabilities(pixels).close(),
              () -> both.probabilities(pixels).close());
      System.err.printf(
          "ISNet %.1f ms, pipeline %.1f ms: %.0f %% faster%n",
          ms[0], ms[1], 100 * (ms[1] / ms[0] - 1));
      return new Measurement(name, ms[0] / ms[1], limit);
    }
  }

  /** What is trained of the backbone in what is trained of the pipeline. */
  Measurement parameters(String name, String architecture, Segmenter segmenter, double limit) {
    long isnet = ParameterCount.of(backbone(architecture)).trainable();
    long pipeline = isnet + ParameterCount.of(segmenter.configuration()).trainable();
    System.err.printf(
        "ISNet %,d parameters, pipeline %,d: %.1f %% fewer%n",
        isnet, pipeline, 100 * (1 - (double) isnet / pipeline));
    return new Measurement(name, (double) isnet / pipeline, limit);
  }

  private static ComputationGraphConfiguration backbone(String architecture) {
    return Architecture.named(architecture).builder(SIZE, CLASSES).build();
  }

  private static ComputationGraph initialised(ComputationGraphConfiguration configuration) {
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return network;
  }
}

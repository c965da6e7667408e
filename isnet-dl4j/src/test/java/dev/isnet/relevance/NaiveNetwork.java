package dev.isnet.relevance;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A ComputationGraph in evaluation, for some images, as steps with explicit Jacobians, in double.
 * Arrays of one image are flat and in c order.
 *
 * @param steps in the order of the forward pass, the pixels first, the logits last
 * @param outputs the steps that make the vertices' outputs
 */
record NaiveNetwork(List<Step> steps, Map<String, Step> outputs) {

  /** One step of the forward pass. */
  sealed interface Step {
    /** The vertex that it belongs to. */
    String vertex();

    List<Step> inputs();

    /** Shape of one image's output. */
    long[] shape();

    /** One row an image. */
    double[][] output();

    default Step input() {
      return inputs().get(0);
    }

    /** The inputs of one image, side by side. */
    default double[] joined(int image) {
      return inputs().stream().flatMapToDouble(i -> Arrays.stream(i.output()[image])).toArray();
    }
  }

  record Pixels(String vertex, long[] shape, double[][] output) implements Step {
    @Override
    public List<Step> inputs() {
      return List.of();
    }
  }

  /** What a linear map is to relevance. */
  enum Role {
    /** A layer with weights: it has a rule of its own. */
    LAYER,
    /** Pools, sums, batch norm alone, scales: they follow the rule set's ε. */
    FIXED,
    /** Cells that are only moved. */
    MOVED
  }

  /**
   * z = W·a + b.
   *
   * @param layer the vertex that has the weights: where a batch norm is fused in, the one before it
   * @param inputs what a consists of, side by side
   */
  record Linear(
      Role role,
      String vertex,
      String layer,
      List<Step> inputs,
      long[] shape,
      double[][] output,
      double[][] matrix,
      double[] bias)
      implements Step {}

  /**
   * Layer norm: linear with its σ as a constant, and so with another matrix for each image.
   *
   * @param matrices one an image
   */
  record Normed(
      String vertex, Step input, long[] shape, double[][] output, List<double[][]> matrices)
      implements Step {
    @Override
    public List<Step> inputs() {
      return List.of(input);
    }
  }

  /** Every cell by itself: its output is a function whose slope here is the factor. */
  record Cellwise(
      boolean rectifier,
      String vertex,
      Step input,
      long[] shape,
      double[][] output,
      double[][] slopes)
      implements Step {
    @Override
    public List<Step> inputs() {
      return List.of(input);
    }
  }

  /** What is let through times a gate of the same shape. */
  record Gated(String vertex, Step input, Step gate, long[] shape, double[][] output)
      implements Step {
    @Override
    public List<Step> inputs() {
      return List.of(input, gate);
    }
  }

  /**
   * Max pooling.
   *
   * @param winners the input cell of each output, one row an image
   */
  record Max(String vertex, Step input, long[] shape, double[][] output, int[][] winners)
      implements Step {
    @Override
    public List<Step> inputs() {
      return List.of(input);
    }
  }

  /** Several batches one behind the other. */
  record Stacked(String vertex, List<Step> inputs, long[] shape, double[][] output)
      implements Step {}

  /** One of them again. */
  record Unstacked(String vertex, Step input, int part, long[] shape, double[][] output)
      implements Step {
    @Override
    public List<Step> inputs() {
      return List.of(input);
    }
  }

  /** Builds the steps, and compares what each vertex makes with Deeplearning4j's activations. */
  static NaiveNetwork of(ComputationGraph net, INDArray images) {
    return new NaiveTranslation(net, images).network();
  }

  Step logits() {
    return steps.get(steps.size() - 1);
  }

  /** The vertices with weights, from the pixels on; a separable convolution is there twice. */
  List<String> layers() {
    return steps.stream()
        .filter(s -> s instanceof Linear l && l.role() == Role.LAYER)
        .map(s -> ((Linear) s).layer())
        .toList();
  }

  /** W·x. */
  static double[] times(double[][] matrix, double[] x) {
    return Arrays.stream(matrix)
        .mapToDouble(row -> IntStream.range(0, x.length).mapToDouble(i -> row[i] * x[i]).sum())
        .toArray();
  }

  /** Wᵀ·y. */
  static double[] transposed(double[][] matrix, double[] y) {
    double[] x = new double[matrix[0].length];
    for (int o = 0; o < y.length; o++) {
      for (int i = 0; i < x.length; i++) {
        x[i] += matrix[o][i] * y[o];
      }
    }
    return x;
  }
}

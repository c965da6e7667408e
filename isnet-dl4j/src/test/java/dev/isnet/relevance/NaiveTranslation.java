package dev.isnet.relevance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.relevance.NaiveNetwork.Cellwise;
import dev.isnet.relevance.NaiveNetwork.Linear;
import dev.isnet.relevance.NaiveNetwork.Role;
import dev.isnet.relevance.NaiveNetwork.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.InputVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes steps of a ComputationGraph. The matrix of a linear layer is what Deeplearning4j's own
 * layer makes of unit vectors; pooling windows, sums and merges are loops. Nothing here is the
 * library's.
 */
final class NaiveTranslation {

  private record Affine(double[][] matrix, double[] bias, long[] shape) {}

  private static final LayerWorkspaceMgr HERE = LayerWorkspaceMgr.noWorkspaces();

  private final ComputationGraph net;
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, Step> outputs = new HashMap<>();

  NaiveTranslation(ComputationGraph net, INDArray images) {
    this.net = net;
    Map<String, INDArray> activations = net.feedForward(new INDArray[] {images}, false, true);
    for (int index : net.topologicalSortOrder()) {
      GraphVertex vertex = net.getVertices()[index];
      String name = vertex.getVertexName();
      outputs.put(name, vertex instanceof InputVertex ? pixels(name, images) : translate(vertex));
      // Softmax stands behind the logits; activation layers overwrite their input.
      if (!isOutput(name) && !overwritten(name)) {
        assertSame(name, outputs.get(name).output(), activations.get(name));
      }
    }
  }

  NaiveNetwork network() {
    return new NaiveNetwork(List.copyOf(steps), Map.copyOf(outputs));
  }

  private static void assertSame(String vertex, double[][] ours, INDArray theirs) {
    double[] expected = flat(theirs);
    double[] found = Arrays.stream(ours).flatMapToDouble(Arrays::stream).toArray();
    assertThat(found).as(vertex).hasSameSizeAs(expected);
    double scale = 1e-300 + Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int i = 0; i < found.length; i++) {
      assertThat(Math.abs(found[i] - expected[i]) / scale).as(vertex).isLessThan(1e-12);
    }
  }

  static double[] flat(INDArray array) {
    return array.dup('c').reshape(array.length()).toDoubleVector();
  }

  private static int length(long[] shape) {
    return (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  private boolean isOutput(String name) {
    return net.getConfiguration().getNetworkOutputs().contains(name);
  }

  private boolean overwritten(String name) {
    return net.getConfiguration().getVertexInputs().entrySet().stream()
        .filter(vertex -> vertex.getValue().contains(name))
        .map(vertex -> net.getVertex(vertex.getKey()))
        .anyMatch(v -> v.hasLayer() && v.getLayer().conf().getLayer() instanceof ActivationLayer);
  }

  private Step add(Step step) {
    steps.add(step);
    return step;
  }

  private Step pixels(String name, INDArray images) {
    long[] shape = Arrays.copyOfRange(images.shape(), 1, 4);
    int n = length(shape);
    double[] all = flat(images);
    double[][] rows = new double[(int) images.size(0)][];
    for (int b = 0; b < rows.length; b++) {
      rows[b] = Arrays.copyOfRange(all, b * n, (b + 1) * n);
    }
    return add(new NaiveNetwork.Pixels(name, shape, rows));
  }

  private Step linear(Role role, String vertex, List<Step> inputs, Affine map) {
    return linear(role, vertex, vertex, inputs, map);
  }

  private Step linear(Role role, String vertex, String layer, List<Step> inputs, Affine map) {
    double[][] output = new double[inputs.get(0).output().length][];
    Linear step = new Linear(role, vertex, layer, inputs, map.shape, output, map.matrix, map.bias);
    for (int b = 0; b < output.length; b++) {
      output[b] = NaiveNetwork.times(map.matrix, step.joined(b));
      for (int o = 0; o < map.bias.length; o++) {
        output[b][o] += map.bias[o];
      }
    }
    return add(step);
  }

  private Step translate(GraphVertex vertex) {
    String name = vertex.getVertexName();
    List<Step> inputs = new ArrayList<>();
    for (VertexIndices i : vertex.getInputVertices()) {
      inputs.add(outputs.get(net.getVertices()[i.getVertexIndex()].getVertexName()));
    }
    Step input = inputs.get(0);
    if (vertex instanceof LayerVertex layer) {
      return layer(name, layer, input);
    }
    var conf = net.getConfiguration().getVertices().get(name);
    if (conf instanceof ElementWiseVertex e && e.getOp() == ElementWiseVertex.Op.Product) {
      double[][] x = input.output();
      double[][] gate = inputs.get(1).output();
      double[][] y = new double[x.length][x[0].length];
      for (int b = 0; b < y.length; b++) {
        for (int i = 0; i < y[b].length; i++) {
          y[b][i] = x[b][i] * gate[b][i];
        }
      }
      return add(new NaiveNetwork.Gated(name, input, inputs.get(1), input.shape(), y));
    }
    if (conf instanceof ElementWiseVertex e) {
      double[] factors = new double[inputs.size()];
      for (int i = 0; i < factors.length; i++) {
        factors[i] =
            switch (e.getOp()) {
              case Average -> 1.0 / factors.length;
              case Subtract -> i == 0 ? 1 : -1;
              default -> 1;
            };
      }
      return linear(Role.FIXED, name, inputs, sum(input.shape(), 0, factors));
    }
    if (conf instanceof ScaleVertex s) {
      return linear(Role.FIXED, name, inputs, sum(input.shape(), 0, s.getScaleFactor()));
    }
    if (conf instanceof ShiftVertex s) {
      return linear(Role.FIXED, name, inputs, sum(input.shape(), s.getShiftFactor(), 1));
    }
    if (conf instanceof MergeVertex) { // channels come first, so c order puts images side by side
      long[] shape = input.shape().clone();
      shape[0] = inputs.stream().mapToLong(i -> i.shape()[0]).sum();
      return linear(Role.MOVED, name, inputs, sum(shape, 0, 1));
    }
    if (conf instanceof ReshapeVertex r) {
      long[] shape = Arrays.stream(r.getNewShape()).skip(1).asLongStream().toArray();
      return linear(Role.MOVED, name, inputs, sum(shape, 0, 1));
    }
    if (conf instanceof StackVertex) {
      return add(
          new NaiveNetwork.Stacked(
              name,
              inputs,
              input.shape(),
              inputs.stream().flatMap(i -> Arrays.stream(i.output())).toArray(double[][]::new)));
    }
    if (conf instanceof UnstackVertex u) {
      int size = input.output().length / u.getStackSize();
      int from = u.getFrom() * size;
      double[][] rows = Arrays.copyOfRange(input.output(), from, from + size);
      return add(new NaiveNetwork.Unstacked(name, input, u.getFrom(), input.shape(), rows));
    }
    throw new IllegalStateException("no naive " + conf);
  }

  /** Weighted sum of inputs of one shape. */
  private static Affine sum(long[] shape, double shift, double... factors) {
    int n = length(shape);
    double[][] matrix = new double[n][n * factors.length];
    double[] bias = new double[n];
    Arrays.fill(bias, shift);
    for (int o = 0; o < n; o++) {
      for (int f = 0; f < factors.length; f++) {
        matrix[o][f * n + o] = factors[f];
      }
    }
    return new Affine(matrix, bias, shape);
  }

  private Step layer(String name, LayerVertex vertex, Step input) {
    Layer layer = vertex.getLayer();
    var conf = layer.conf().getLayer();
    UnaryOperator<INDArray> map =
        x -> {
          var preprocessor = vertex.getLayerPreProcessor();
          INDArray in =
              preprocessor == null ? x : preprocessor.preProcess(x, (int) x.size(0), HERE);
          return layer.activate(in, false, HERE).dup('c');
        };
    if (conf instanceof DropoutLayer) {
      return input;
    }
    if (conf instanceof ActivationLayer a) {
      return activated(name, a.getActivationFn(), input);
    }
    if (conf instanceof SubsamplingLayer s && s.getPoolingType() == PoolingType.MAX) {
      NaiveWindows windows = NaiveWindows.of(s);
      long[] shape = windows.outputs(input.shape(), map);
      return maxPool(name, input, windows, shape, shape);
    }
    if (conf instanceof GlobalPoolingLayer g && g.getPoolingType() == PoolingType.MAX) {
      NaiveWindows whole = NaiveWindows.whole(input.shape());
      long channels = input.shape()[0];
      return maxPool(name, input, whole, new long[] {channels, 1, 1}, new long[] {channels});
    }
    if (conf instanceof SubsamplingLayer || conf instanceof GlobalPoolingLayer) {
      return linear(Role.FIXED, name, List.of(input), jacobian(map, input.shape()));
    }
    if (conf instanceof ZeroPaddingLayer
        || conf instanceof Cropping2D
        || conf instanceof Upsampling2D) {
      return linear(Role.MOVED, name, List.of(input), jacobian(map, input.shape()));
    }
    if (conf instanceof BatchNormalization) {
      return norm(name, input, jacobian(map, input.shape()));
    }
    BaseLayer base = (BaseLayer) conf;
    IActivation function = base.getActivationFn();
    base.setActivationFn(new ActivationIdentity());
    try {
      Step z = weighted(name, layer, input, map);
      return isOutput(name) ? z : activated(name, function, z);
    } finally {
      base.setActivationFn(function);
    }
  }

  private Step weighted(String name, Layer layer, Step input, UnaryOperator<INDArray> map) {
    var conf = layer.conf().getLayer();
    if (conf instanceof SeparableConvolution2D s) {
      return separable(name, layer, NaiveWindows.of(s), input, map);
    }
    if (conf instanceof DenseLayer d && d.hasLayerNorm()) {
      return layerNorm(name, layer, input);
    }
    return linear(Role.LAYER, name, List.of(input), exact(layer, map, input.shape()));
  }

  /** What the layer makes of every unit vector, less what it makes of zeros. */
  private static Affine jacobian(UnaryOperator<INDArray> map, long[] shape) {
    int n = length(shape);
    long[] batch = new long[shape.length + 1];
    batch[0] = n + 1;
    System.arraycopy(shape, 0, batch, 1, shape.length);
    INDArray units = Nd4j.zeros(DataType.DOUBLE, batch);
    for (int i = 0; i < n; i++) {
      units.data().put((long) i * n + i, 1.0);
    }
    INDArray y = map.apply(units);
    double[] all = flat(y);
    int m = all.length / (n + 1);
    double[] bias = Arrays.copyOfRange(all, n * m, (n + 1) * m);
    double[][] matrix = new double[m][n];
    for (int i = 0; i < n; i++) {
      for (int o = 0; o < m; o++) {
        matrix[o][i] = all[i * m + o] - bias[o];
      }
    }
    return new Affine(matrix, bias, Arrays.copyOfRange(y.shape(), 1, y.rank()));
  }

  /** The same with exact zeros where nothing is joined: the matrix is found without the bias. */
  private static Affine exact(Layer layer, UnaryOperator<INDArray> map, long[] shape) {
    if (!layer.paramTable().containsKey("b")) {
      return jacobian(map, shape);
    }
    double[] bias = jacobian(map, shape).bias;
    INDArray b = layer.getParam("b");
    INDArray kept = b.dup();
    b.assign(0);
    Affine found = jacobian(map, shape);
    b.assign(kept);
    return new Affine(found.matrix, bias, found.shape);
  }

  /** One with the layer before it when nothing else reads that; depthwise ones stay apart. */
  private Step norm(String name, Step input, Affine norm) {
    boolean fused =
        input instanceof Linear before
            && before.role() == Role.LAYER
            && !(net.getLayer(before.vertex()).conf().getLayer() instanceof DepthwiseConvolution2D)
            && net.getConfiguration().getVertexInputs().values().stream()
                    .filter(names -> names.contains(before.vertex()))
                    .count()
                == 1;
    if (!fused) {
      return linear(Role.FIXED, name, List.of(input), norm);
    }
    Linear before = (Linear) input;
    int n = before.bias().length;
    double[][] matrix = new double[n][];
    double[] bias = new double[n];
    for (int o = 0; o < n; o++) {
      double scale = norm.matrix[o][o];
      matrix[o] = Arrays.stream(before.matrix()[o]).map(w -> w * scale).toArray();
      bias[o] = norm.bias[o] + scale * before.bias()[o];
    }
    steps.remove(before);
    return linear(
        Role.LAYER, name, before.layer(), before.inputs(), new Affine(matrix, bias, norm.shape));
  }

  /** Depthwise weights [multiplier, C, kH, kW], then pointwise ones [O, C·multiplier, 1, 1]. */
  private Step separable(
      String name, Layer layer, NaiveWindows windows, Step input, UnaryOperator<INDArray> map) {
    double[] bias = exact(layer, map, input.shape()).bias;
    long[] shape = windows.outputs(input.shape(), map);
    INDArray w = layer.getParam("W");
    INDArray p = layer.getParam("pW");
    int multiplier = (int) w.size(0);
    int channels = (int) input.shape()[0] * multiplier;
    int cells = (int) (shape[1] * shape[2]);
    double[][] depthwise = new double[channels * cells][length(input.shape())];
    windows.each(
        input.shape(),
        shape,
        (channel, out, in, row, column) -> {
          for (int k = 0; k < multiplier; k++) {
            depthwise[(channel * multiplier + k) * cells + out][in] =
                w.getDouble(k, channel, row, column);
          }
        });
    double[][] pointwise = new double[length(shape)][channels * cells];
    for (int o = 0; o < shape[0]; o++) {
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < cells; i++) {
          pointwise[o * cells + i][c * cells + i] = p.getDouble(o, c, 0, 0);
        }
      }
    }
    long[] between = {channels, shape[1], shape[2]};
    Affine first = new Affine(depthwise, new double[channels * cells], between);
    Step middle = linear(Role.LAYER, name, List.of(input), first);
    return linear(Role.LAYER, name, List.of(middle), new Affine(pointwise, bias, shape));
  }

  /** W without a bias, then (x − mean)/σ · g + b, whose σ is a constant to relevance. */
  private Step layerNorm(String name, Layer layer, Step input) {
    INDArray w = layer.getParam("W");
    int n = (int) w.size(1);
    double[][] matrix = new double[n][(int) w.size(0)];
    for (int o = 0; o < n; o++) {
      for (int i = 0; i < matrix[o].length; i++) {
        matrix[o][i] = w.getDouble(i, o);
      }
    }
    long[] shape = {n};
    Step z = linear(Role.LAYER, name, List.of(input), new Affine(matrix, new double[n], shape));
    double[][] y = new double[z.output().length][n];
    List<double[][]> matrices = new ArrayList<>();
    for (int b = 0; b < y.length; b++) {
      double[] x = z.output()[b];
      double mean = Arrays.stream(x).average().orElseThrow();
      double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      double[][] jacobian = new double[n][n];
      for (int o = 0; o < n; o++) {
        double scale = layer.getParam("g").getDouble(o) / Math.sqrt(variance);
        double shift = layer.paramTable().containsKey("b") ? layer.getParam("b").getDouble(o) : 0;
        y[b][o] = (x[o] - mean) * scale + shift;
        Arrays.fill(jacobian[o], -scale / n);
        jacobian[o][o] += scale;
      }
      matrices.add(jacobian);
    }
    return add(new NaiveNetwork.Normed(name, z, shape, y, matrices));
  }

  private Step activated(String name, IActivation function, Step z) {
    if (function instanceof ActivationIdentity) {
      return z;
    }
    boolean rectifier =
        function instanceof ActivationReLU
            || function instanceof ActivationReLU6
            || function instanceof ActivationLReLU;
    double[][] y = new double[z.output().length][];
    double[][] slopes = new double[y.length][];
    for (int b = 0; b < y.length; b++) {
      INDArray in = Nd4j.createFromArray(z.output()[b]).reshape(1, z.output()[b].length);
      y[b] = flat(function.getActivation(in.dup(), false));
      slopes[b] =
          rectifier // Deeplearning4j's own slope of LeakyReLU is a float
              ? Arrays.stream(z.output()[b]).map(v -> slope(function, v)).toArray()
              : flat(function.backprop(in.dup(), Nd4j.onesLike(in)).getFirst());
    }
    return add(new Cellwise(rectifier, name, z, z.shape(), y, slopes));
  }

  private static double slope(IActivation rectifier, double z) {
    if (z > 0) {
      return rectifier instanceof ActivationReLU6 && z >= 6 ? 0 : 1;
    }
    return rectifier instanceof ActivationLReLU leaky ? leaky.getAlpha() : 0;
  }

  private Step maxPool(String name, Step input, NaiveWindows windows, long[] pooled, long[] shape) {
    int cells = (int) (pooled[1] * pooled[2]);
    double[][] y = new double[input.output().length][length(shape)];
    int[][] winners = new int[y.length][length(shape)];
    for (int b = 0; b < y.length; b++) {
      double[] x = input.output()[b];
      double[] best = y[b];
      int[] at = winners[b];
      Arrays.fill(best, Double.NEGATIVE_INFINITY);
      windows.each(
          input.shape(),
          pooled,
          (channel, out, in, row, column) -> {
            int o = channel * cells + out;
            if (x[in] > best[o]) {
              best[o] = x[in];
              at[o] = in;
            }
          });
    }
    return add(new NaiveNetwork.Max(name, input, shape, y, winners));
  }
}

package dev.isnet.backend;

import static dev.isnet.backend.Numbers.arrays;
import static dev.isnet.backend.Numbers.assertClose;
import static dev.isnet.backend.Numbers.doubles;
import static dev.isnet.backend.Numbers.unfilled;
import static dev.isnet.backend.Numbers.uniform;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * depthwise_conv2d and depthwise_conv2d_bp as compiled graphs call them: output channel c·M + m is
 * input channel c by the weights of m. Deeplearning4j's depthwise layer has weights [rows, columns,
 * C, M], its separable layer [M, C, rows, columns].
 */
@BackendContract
class NativeDepthwiseTest {

  private static final double[] NO_BIAS = {};

  /** A depthwise window as the convolution that it is, most of whose weights are 0. */
  record Depthwise(NaiveConvolution window, boolean outputsLast) {

    int multiplier() {
      return window.outputs / window.inputs;
    }

    long[] weightShape() {
      return outputsLast
          ? new long[] {window.kernel, window.kernel, window.inputs, multiplier()}
          : new long[] {multiplier(), window.inputs, window.kernel, window.kernel};
    }

    long[] arguments() {
      long[] arguments = window.arguments();
      arguments[10] = outputsLast ? 0 : 1;
      return arguments;
    }

    private int cells() {
      return window.kernel * window.kernel;
    }

    /** Where a depthwise weight stands among those of the convolution. */
    private int place(int i) {
      int cell = outputsLast ? i / (window.inputs * multiplier()) : i % cells();
      int c = outputsLast ? i / multiplier() % window.inputs : i / cells() % window.inputs;
      int m = outputsLast ? i % multiplier() : i / (cells() * window.inputs);
      return ((c * multiplier() + m) * window.inputs + c) * cells() + cell;
    }

    double[] full(double[] weights) {
      double[] full = new double[window.outputs * window.inputs * cells()];
      for (int i = 0; i < weights.length; i++) {
        full[place(i)] = weights[i];
      }
      return full;
    }

    double[] own(double[] full) {
      double[] own = new double[cells() * window.outputs];
      for (int i = 0; i < own.length; i++) {
        own[i] = full[place(i)];
      }
      return own;
    }
  }

  static Stream<Arguments> windows() {
    return Stream.of(
            new NaiveConvolution(2, 3, 7, 9, 3, 3, 1, 1, 1, false),
            new NaiveConvolution(2, 3, 7, 9, 6, 3, 1, 1, 0, false),
            new NaiveConvolution(1, 2, 8, 7, 4, 2, 2, 1, 0, false),
            new NaiveConvolution(2, 3, 9, 8, 6, 3, 2, 1, 1, false),
            new NaiveConvolution(2, 3, 7, 8, 6, 3, 2, 1, 0, true),
            new NaiveConvolution(2, 3, 7, 8, 3, 2, 1, 1, 0, true),
            new NaiveConvolution(2, 3, 9, 9, 6, 3, 1, 2, 2, false),
            new NaiveConvolution(2, 3, 10, 9, 6, 2, 1, 2, 0, true),
            new NaiveConvolution(2, 4, 3, 2, 4, 1, 1, 1, 0, false))
        .flatMap(
            window ->
                Stream.of(true, false)
                    .flatMap(
                        last ->
                            Stream.of(DataType.FLOAT, DataType.DOUBLE)
                                .map(type -> Arguments.of(new Depthwise(window, last), type))));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void depthwiseConv2d(Depthwise layer, DataType type) {
    NaiveConvolution window = layer.window();
    INDArray x = uniform(type, 1, window.inputShape());
    INDArray w = uniform(type, 2, layer.weightShape());
    INDArray bias = uniform(type, 3, window.outputs);
    INDArray y = unfilled(type, window.outputShape());
    double[] weights = layer.full(doubles(w));
    call("depthwise_conv2d", arrays(x, w), arrays(y), layer);
    assertClose("without bias", y, window.forward(doubles(x), weights, NO_BIAS));
    call("depthwise_conv2d", arrays(x, w, bias), arrays(y), layer);
    assertClose("with bias", y, window.forward(doubles(x), weights, doubles(bias)));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void depthwiseConv2dBp(Depthwise layer, DataType type) {
    NaiveConvolution window = layer.window();
    INDArray x = uniform(type, 1, window.inputShape());
    INDArray w = uniform(type, 2, layer.weightShape());
    INDArray dy = uniform(type, 4, window.outputShape());
    double[] dx = window.inputGradient(layer.full(doubles(w)), doubles(dy));
    double[] dw = layer.own(window.weightGradient(doubles(x), doubles(dy)));
    INDArray[] two = {unfilled(type, window.inputShape()), unfilled(type, layer.weightShape())};
    call("depthwise_conv2d_bp", arrays(x, w, dy), two, layer);
    assertClose("input", two[0], dx);
    assertClose("weights", two[1], dw);

    INDArray[] three = {
      unfilled(type, window.inputShape()),
      unfilled(type, layer.weightShape()),
      unfilled(type, window.outputs)
    };
    INDArray bias = uniform(type, 3, window.outputs);
    call("depthwise_conv2d_bp", arrays(x, w, bias, dy), three, layer);
    assertClose("input beside a bias", three[0], dx);
    assertClose("weights beside a bias", three[1], dw);
    assertClose("bias", three[2], window.biasGradient(doubles(dy)));
  }

  /** A transposed convolution is depthwise_conv2d_bp, its result given as the input too. */
  @ParameterizedTest
  @MethodSource("windows")
  void depthwiseConv2dBpTakesAnyInputWhereOnlyTheInputGradientIsRead(
      Depthwise layer, DataType type) {
    NaiveConvolution window = layer.window();
    INDArray w = uniform(type, 2, layer.weightShape());
    INDArray dy = uniform(type, 4, window.outputShape());
    INDArray dx = unfilled(type, window.inputShape());
    INDArray[] out = {dx, unfilled(type, layer.weightShape())};
    call("depthwise_conv2d_bp", arrays(dx, w, dy), out, layer);
    assertClose("input", dx, window.inputGradient(layer.full(doubles(w)), doubles(dy)));
  }

  private static void call(String name, INDArray[] in, INDArray[] out, Depthwise layer) {
    Numbers.call(name, in, out, new double[0], layer.window().dilation == 1, layer.arguments());
  }
}

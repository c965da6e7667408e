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
 * conv2d and conv2d_bp as compiled graphs call them: weights [out, in, rows, columns], arrays
 * written in place, oneDNN or cuDNN where there is no dilation.
 */
@BackendContract
class NativeConvolutionTest {

  private static final double[] NO_BIAS = {};

  static Stream<Arguments> windows() {
    return Stream.of(
            new NaiveConvolution(2, 3, 7, 9, 4, 3, 1, 1, 1, false),
            new NaiveConvolution(2, 3, 7, 9, 4, 3, 1, 1, 0, false),
            new NaiveConvolution(2, 5, 6, 6, 3, 1, 1, 1, 0, false),
            new NaiveConvolution(2, 5, 7, 6, 3, 1, 2, 1, 0, false),
            new NaiveConvolution(2, 3, 9, 8, 4, 3, 2, 1, 1, false),
            new NaiveConvolution(1, 3, 15, 14, 8, 7, 2, 1, 3, false),
            new NaiveConvolution(2, 3, 8, 7, 4, 2, 2, 1, 0, false),
            new NaiveConvolution(2, 3, 8, 7, 4, 2, 1, 1, 1, false),
            new NaiveConvolution(2, 16, 8, 8, 32, 3, 1, 1, 1, false),
            new NaiveConvolution(2, 3, 7, 9, 4, 3, 1, 1, 0, true),
            new NaiveConvolution(2, 3, 7, 8, 4, 3, 2, 1, 0, true),
            new NaiveConvolution(2, 3, 7, 8, 4, 2, 1, 1, 0, true),
            new NaiveConvolution(2, 3, 9, 9, 4, 3, 1, 2, 2, false),
            new NaiveConvolution(2, 3, 9, 9, 4, 2, 1, 2, 0, false),
            new NaiveConvolution(2, 3, 10, 9, 4, 3, 1, 2, 0, true),
            new NaiveConvolution(2, 3, 10, 9, 4, 3, 2, 2, 1, false))
        .flatMap(
            window ->
                Stream.of(DataType.FLOAT, DataType.DOUBLE).map(type -> Arguments.of(window, type)));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void conv2d(NaiveConvolution window, DataType type) {
    INDArray x = uniform(type, 1, window.inputShape());
    INDArray w = uniform(type, 2, window.weightShape());
    INDArray bias = uniform(type, 3, window.outputs);
    INDArray y = unfilled(type, window.outputShape());
    call("conv2d", arrays(x, w), arrays(y), window);
    assertClose("without bias", y, window.forward(doubles(x), doubles(w), NO_BIAS));
    call("conv2d", arrays(x, w, bias), arrays(y), window);
    assertClose("with bias", y, window.forward(doubles(x), doubles(w), doubles(bias)));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void conv2dBp(NaiveConvolution window, DataType type) {
    INDArray x = uniform(type, 1, window.inputShape());
    INDArray w = uniform(type, 2, window.weightShape());
    INDArray dy = uniform(type, 4, window.outputShape());
    double[] dx = window.inputGradient(doubles(w), doubles(dy));
    double[] dw = window.weightGradient(doubles(x), doubles(dy));
    INDArray[] two = {unfilled(type, window.inputShape()), unfilled(type, window.weightShape())};
    call("conv2d_bp", arrays(x, w, dy), two, window);
    assertClose("input", two[0], dx);
    assertClose("weights", two[1], dw);

    INDArray[] three = {
      unfilled(type, window.inputShape()),
      unfilled(type, window.weightShape()),
      unfilled(type, window.outputs)
    };
    call("conv2d_bp", arrays(x, w, uniform(type, 3, window.outputs), dy), three, window);
    assertClose("input beside a bias", three[0], dx);
    assertClose("weights beside a bias", three[1], dw);
    assertClose("bias", three[2], window.biasGradient(doubles(dy)));
  }

  /** A transposed convolution with a stride is conv2d_bp, its result given as the input too. */
  @ParameterizedTest
  @MethodSource("windows")
  void conv2dBpTakesAnyInputWhereOnlyTheInputGradientIsRead(
      NaiveConvolution window, DataType type) {
    INDArray w = uniform(type, 2, window.weightShape());
    INDArray dy = uniform(type, 4, window.outputShape());
    INDArray dx = unfilled(type, window.inputShape());
    call("conv2d_bp", arrays(dx, w, dy), arrays(dx, unfilled(type, window.weightShape())), window);
    assertClose("input", dx, window.inputGradient(doubles(w), doubles(dy)));
  }

  /** oneDNN refuses some dilated windows; ND4J's own kernels take them. */
  private static void call(String name, INDArray[] in, INDArray[] out, NaiveConvolution window) {
    Numbers.call(name, in, out, new double[0], window.dilation == 1, window.arguments());
  }
}

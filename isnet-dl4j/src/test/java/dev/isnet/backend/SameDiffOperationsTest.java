package dev.isnet.backend;

import static dev.isnet.backend.Numbers.assertClose;
import static dev.isnet.backend.Numbers.between;
import static dev.isnet.backend.Numbers.doubles;
import static dev.isnet.backend.Numbers.uniform;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/** SameDiff operations with right gradients, by finite differences in double. */
@BackendContract
class SameDiffOperationsTest {

  /** A named expression with the values of its arguments. */
  record Case(String name, Expression expression, INDArray... x) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Arguments> cases() {
    List<Case> cases = new ArrayList<>();
    cases.addAll(windows());
    cases.addAll(elementwise());
    cases.addAll(shapes());
    cases.addAll(reductions());
    return cases.stream()
        .flatMap(c -> Stream.of(DataType.DOUBLE, DataType.FLOAT).map(t -> Arguments.of(c, t)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAgreeWithFiniteDifferences(Case c, DataType type) {
    assertThat(c.expression.gradientError(type, c.x))
        .isLessThan(type == DataType.DOUBLE ? 1e-7 : 1e-4);
  }

  private static List<Case> windows() {
    INDArray image = uniform(DataType.DOUBLE, 1, 2, 3, 6, 7);
    INDArray weights = uniform(DataType.DOUBLE, 2, 3, 3, 3, 4); // rows, columns, in, out
    INDArray bias = uniform(DataType.DOUBLE, 3, 4);
    // deconv2d wants [rows, columns, out, in]
    INDArray transposed = uniform(DataType.DOUBLE, 4, 3, 3, 4, 3);
    return List.of(
        new Case(
            "conv2d",
            (sd, x) -> sd.cnn().conv2d(x[0], x[1], conv(1, 1, WeightsFormat.YXIO)),
            image,
            weights),
        new Case(
            "conv2d with stride and bias",
            (sd, x) -> sd.cnn().conv2d(x[0], x[1], x[2], conv(2, 1, WeightsFormat.YXIO)),
            image,
            weights,
            bias),
        new Case(
            "deconv2d", (sd, x) -> sd.cnn().deconv2d(x[0], x[1], deconv(1, 0)), image, transposed),
        new Case(
            "deconv2d with stride, padding and bias",
            (sd, x) -> sd.cnn().deconv2d(x[0], x[1], x[2], deconv(2, 1)),
            image,
            transposed,
            bias),
        new Case("max pool", (sd, x) -> sd.cnn().maxPooling2d(x[0], pool(2, 2, 0)), image),
        new Case(
            "overlapping max pool", (sd, x) -> sd.cnn().maxPooling2d(x[0], pool(3, 2, 1)), image),
        new Case("average pool", (sd, x) -> sd.cnn().avgPooling2d(x[0], pool(2, 2, 0)), image),
        new Case(
            "overlapping average pool",
            (sd, x) -> sd.cnn().avgPooling2d(x[0], pool(3, 2, 1)),
            image),
        new Case("upsampling2d", (sd, x) -> sd.cnn().upsampling2d(x[0], 2, 3, true), image),
        new Case(
            "conv, divide, deconv with shared weights",
            (sd, x) -> {
              var z = sd.cnn().conv2d(x[0], x[1], conv(1, 1, WeightsFormat.YXIO));
              return sd.cnn().deconv2d(z.div(z.mul(z).add(1)), x[1], deconv(1, 1));
            },
            image,
            weights));
  }

  private static List<Case> elementwise() {
    INDArray a = uniform(DataType.DOUBLE, 1, 2, 3, 4);
    INDArray positive = between(0.5, 2, DataType.DOUBLE, 2, 2, 3, 4);
    INDArray row = between(0.5, 2, DataType.DOUBLE, 3, 1, 3, 1);
    return List.of(
        new Case("broadcast +", (sd, x) -> x[0].add(x[1]), a, row),
        new Case("broadcast -", (sd, x) -> x[0].sub(x[1]), a, row),
        new Case("broadcast *", (sd, x) -> x[0].mul(x[1]), a, row),
        new Case("broadcast /", (sd, x) -> x[0].div(x[1]), a, row),
        new Case("relu", (sd, x) -> sd.nn().relu(x[0], 0), a),
        new Case("abs", (sd, x) -> sd.math().abs(x[0]), a),
        new Case("sign", (sd, x) -> x[0].mul(sd.math().sign(x[0])), a),
        new Case("clipByValue", (sd, x) -> sd.math().clipByValue(x[0], -0.5, 0.5), a),
        new Case("softplus", (sd, x) -> sd.nn().softplus(x[0]), a),
        new Case("sigmoid", (sd, x) -> sd.nn().sigmoid(x[0]), a),
        new Case("pow", (sd, x) -> sd.math().pow(x[0], 2.5), positive),
        new Case("sqrt", (sd, x) -> sd.math().sqrt(x[0]), positive),
        new Case("softmax", (sd, x) -> sd.nn().softmax(x[0], 1), a),
        new Case("log(softmax)", (sd, x) -> sd.math().log(sd.nn().softmax(x[0], 1)), a));
  }

  private static List<Case> shapes() {
    INDArray a = uniform(DataType.DOUBLE, 1, 2, 3, 4);
    INDArray b = uniform(DataType.DOUBLE, 2, 2, 3, 4);
    INDArray matrix = uniform(DataType.DOUBLE, 3, 3, 4);
    INDArray other = uniform(DataType.DOUBLE, 4, 4, 5);
    return List.of(
        new Case("mmul", (sd, x) -> x[0].mmul(x[1]), matrix, other),
        new Case("concat", (sd, x) -> sd.concat(1, x), a, b),
        new Case("stack", (sd, x) -> sd.stack(0, x), a, b),
        new Case("tile", (sd, x) -> sd.tile(x[0], 2, 1, 3), a),
        new Case(
            "pad",
            (sd, x) ->
                sd.nn()
                    .pad(x[0], sd.constant(Nd4j.createFromArray(new int[][] {{1, 0}, {2, 1}})), 0),
            matrix),
        new Case("slice", (sd, x) -> sd.slice(x[0], new int[] {0, 1, 1}, 2, 2, 3), a),
        new Case(
            "strided get",
            (sd, x) ->
                x[0].get(SDIndex.all(), SDIndex.interval(0L, 2L, 3L), SDIndex.interval(1L, 4L)),
            a));
  }

  private static List<Case> reductions() {
    INDArray a = uniform(DataType.DOUBLE, 1, 2, 3, 4);
    INDArray gain = uniform(DataType.DOUBLE, 2, 4);
    INDArray bias = uniform(DataType.DOUBLE, 3, 4);
    return List.of(
        new Case("mean", (sd, x) -> x[0].mean(1), a),
        new Case("sum", (sd, x) -> x[0].sum(0, 2), a),
        new Case("prod", (sd, x) -> x[0].prod(1), a),
        new Case("standard deviation", (sd, x) -> x[0].std(true, 1), a),
        new Case("norm1", (sd, x) -> x[0].norm1(1), a),
        new Case("norm2", (sd, x) -> x[0].norm2(1), a),
        new Case(
            "layerNorm",
            (sd, x) -> sd.nn().layerNorm(x[0].reshape(6, 4), x[1], x[2], true, 1),
            a,
            gain,
            bias));
  }

  static Conv2DConfig conv(int stride, int padding, WeightsFormat weights) {
    return Conv2DConfig.builder()
        .kH(3)
        .kW(3)
        .sH(stride)
        .sW(stride)
        .pH(padding)
        .pW(padding)
        .weightsFormat(weights)
        .build();
  }

  private static DeConv2DConfig deconv(int stride, int padding) {
    return DeConv2DConfig.builder()
        .kH(3)
        .kW(3)
        .sH(stride)
        .sW(stride)
        .pH(padding)
        .pW(padding)
        .build();
  }

  static Pooling2DConfig pool(int kernel, int stride, int padding) {
    return Pooling2DConfig.builder()
        .kH(kernel)
        .kW(kernel)
        .sH(stride)
        .sW(stride)
        .pH(padding)
        .pW(padding)
        .paddingMode(PaddingMode.VALID)
        .build();
  }

  @Test
  void conv2dHasTheNaiveValues() {
    NaiveConvolution window = new NaiveConvolution(2, 3, 6, 7, 4, 3, 2, 1, 1, false);
    INDArray image = uniform(DataType.DOUBLE, 1, window.inputShape());
    INDArray weights = uniform(DataType.DOUBLE, 2, window.weightShape());
    Expression conv = (sd, x) -> sd.cnn().conv2d(x[0], x[1], conv(2, 1, WeightsFormat.OIYX));
    assertClose(
        "conv2d",
        conv.value(image, weights),
        window.forward(doubles(image), doubles(weights), new double[0]));
  }

  @Test
  void deconv2dIsTheTransposeOfAConvolution() {
    NaiveConvolution window = new NaiveConvolution(2, 3, 7, 9, 4, 3, 2, 1, 1, false);
    INDArray signal = uniform(DataType.DOUBLE, 1, window.outputShape());
    INDArray weights = uniform(DataType.DOUBLE, 2, window.weightShape());
    Expression deconv = (sd, x) -> sd.cnn().deconv2d(x[0], x[1].permute(2, 3, 1, 0), deconv(2, 1));
    assertClose(
        "deconv2d",
        deconv.value(signal, weights),
        window.inputGradient(doubles(weights), doubles(signal)));
  }

  @Test
  void paddingNeverWinsAMaxPool() {
    INDArray image = Nd4j.createFromArray(-1.0, -2, -3, -4, -5, -6, -7, -8, -9);
    Expression pool = (sd, x) -> sd.cnn().maxPooling2d(x[0], pool(3, 2, 1));
    assertThat(doubles(pool.value(image.reshape(1, 1, 3, 3)))).containsExactly(-1, -2, -4, -5);
  }

  @Test
  void averagePoolDividesByTheCellsInsideTheImageUnlessTold() {
    INDArray image = Nd4j.createFromArray(1.0, 2, 3, 4, 5, 6, 7, 8, 9);
    Expression pool = (sd, x) -> sd.cnn().avgPooling2d(x[0], pool(3, 2, 1));
    assertThat(doubles(pool.value(image.reshape(1, 1, 3, 3)))).containsExactly(3, 4, 6, 7);
  }

  @Test
  void upsamplingRepeatsCells() {
    INDArray image = Nd4j.createFromArray(1.0, 2, 3, 4);
    Expression larger = (sd, x) -> sd.cnn().upsampling2d(x[0], 1, 2, true);
    assertThat(doubles(larger.value(image.reshape(1, 1, 2, 2))))
        .containsExactly(1, 1, 2, 2, 3, 3, 4, 4);
  }
}

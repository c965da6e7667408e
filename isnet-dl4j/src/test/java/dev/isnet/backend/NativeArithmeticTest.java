package dev.isnet.backend;

import static dev.isnet.backend.Numbers.arrays;
import static dev.isnet.backend.Numbers.assertClose;
import static dev.isnet.backend.Numbers.between;
import static dev.isnet.backend.Numbers.doubles;
import static dev.isnet.backend.Numbers.unfilled;
import static dev.isnet.backend.Numbers.uniform;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;

/** The other native operations of compiled graphs, their memory, and ND4J's updaters. */
@BackendContract
class NativeArithmeticTest {

  private static final double[] NONE = {};

  @ParameterizedTest
  @CsvSource({
    "FLOAT, false, false", "FLOAT, false, true", "FLOAT, true, false", "FLOAT, true, true",
    "DOUBLE, false, false", "DOUBLE, false, true", "DOUBLE, true, false", "DOUBLE, true, true",
  })
  void matmul(DataType type, boolean transposeA, boolean transposeB) {
    int rows = 5;
    int inner = 7;
    int columns = 4;
    INDArray a = transposeA ? uniform(type, 1, inner, rows) : uniform(type, 1, rows, inner);
    INDArray b = transposeB ? uniform(type, 2, columns, inner) : uniform(type, 2, inner, columns);
    INDArray y = unfilled(type, rows, columns);
    Numbers.call(
        "matmul", arrays(a, b), arrays(y), NONE, true, transposeA ? 1 : 0, transposeB ? 1 : 0, 0);
    double[] expected = new double[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        for (int k = 0; k < inner; k++) {
          expected[i * columns + j] +=
              (transposeA ? a.getDouble(k, i) : a.getDouble(i, k))
                  * (transposeB ? b.getDouble(j, k) : b.getDouble(k, j));
        }
      }
    }
    assertClose("product", y, expected);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void relu(DataType type) {
    INDArray x = Nd4j.createFromArray(-1.5, -1e-30, 0.0, 2.5).castTo(type);
    INDArray y = unfilled(type, 4);
    Numbers.call("relu", arrays(x), arrays(y), new double[] {0}, true);
    assertThat(doubles(y)).containsExactly(0, 0, 0, 2.5);
  }

  /** The gate is shut at 0, so the output serves as well as the input, which need not be kept. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void reluBp(DataType type) {
    INDArray y = Nd4j.createFromArray(0, 0.0, 2.5, 1e-30).castTo(type);
    INDArray dy = Nd4j.createFromArray(3.0, -3, 4, -5).castTo(type);
    INDArray dx = unfilled(type, 4);
    Numbers.call("relu_bp", arrays(y, dy), arrays(dx), new double[] {0}, true);
    assertThat(doubles(dx)).containsExactly(0, 0, 4, -5);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void add(DataType type) {
    INDArray a = uniform(type, 1, 2, 3, 4, 5);
    INDArray b = uniform(type, 2, 2, 3, 4, 5);
    INDArray y = unfilled(type, 2, 3, 4, 5);
    Numbers.call("add", arrays(a, b), arrays(y), NONE, true);
    double[] expected = doubles(a);
    IntStream.range(0, expected.length).forEach(i -> expected[i] += doubles(b)[i]);
    assertClose("sum", y, expected);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void multiplyOfEqualShapes(DataType type) {
    INDArray a = uniform(type, 1, 2, 3, 4, 5);
    INDArray b = uniform(type, 2, 2, 3, 4, 5);
    INDArray y = unfilled(type, 2, 3, 4, 5);
    Numbers.call("multiply", arrays(a, b), arrays(y), NONE, true);
    double[] expected = doubles(a);
    IntStream.range(0, expected.length).forEach(i -> expected[i] *= doubles(b)[i]);
    assertClose("product", y, expected);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void softmaxInPlace(DataType type) {
    INDArray logits = between(-9, 9, type, 1, 4, 5);
    double[] expected = doubles(logits);
    for (int row = 0; row < 4; row++) {
      double sum = 0;
      for (int i = 5 * row; i < 5 * row + 5; i++) {
        expected[i] = Math.exp(expected[i]);
        sum += expected[i];
      }
      for (int i = 5 * row; i < 5 * row + 5; i++) {
        expected[i] /= sum;
      }
    }
    assertThat(Nd4j.exec(new SoftMax(logits, logits, 1))[0]).isSameAs(logits);
    assertClose("probabilities", logits, expected);
  }

  /** All arrays of a compiled graph are parts of one, and their calls are prepared once. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void preparedCallsOnPartsOfOneArray(DataType type) {
    NaiveConvolution window = new NaiveConvolution(2, 3, 7, 9, 4, 3, 1, 1, 1, false);
    INDArray arena = unfilled(type, 2000);
    INDArray x = part(arena, 17, window.inputShape());
    INDArray w = part(arena, 17 + x.length(), window.weightShape());
    INDArray y = part(arena, 1001, window.outputShape());
    Runnable convolve =
        Numbers.call("conv2d", true, arrays(x, w), arrays(y), NONE, window.arguments());
    for (int run = 0; run < 3; run++) {
      x.assign(uniform(type, run, window.inputShape()));
      w.assign(uniform(type, 10 + run, window.weightShape()));
      convolve.run();
      assertClose("run " + run, y, window.forward(doubles(x), doubles(w), NONE));
    }
    double[] all = doubles(arena);
    assertThat(all[16]).isEqualTo(777);
    assertThat(all[1000]).isEqualTo(777);
    assertThat(all[(int) (1001 + y.length())]).isEqualTo(777);
    assertThat(all[1001]).isEqualTo(y.getDouble(0, 0, 0, 0));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void updatersTurnAGradientIntoAChangeInPlace(DataType type) {
    double[] g = {0.5, -2, 0};
    INDArray gradient = Nd4j.createFromArray(new double[][] {g}).castTo(type);
    new Adam(0.1)
        .instantiate(Nd4j.create(type, 1, 6), true)
        .applyUpdater(gradient, 0, 0); // the first step is the rate, whatever the gradient
    assertThat(gradient.getDouble(0)).isCloseTo(0.1, within(1e-5));
    assertThat(gradient.getDouble(1)).isCloseTo(-0.1, within(1e-5));
    assertThat(gradient.getDouble(2)).isZero();

    var nesterovs = new Nesterovs(0.1, 0.9).instantiate(Nd4j.create(type, 1, 3), true);
    double v = 0;
    for (int step = 0; step < 3; step++) {
      gradient = Nd4j.createFromArray(new double[][] {g}).castTo(type);
      nesterovs.applyUpdater(gradient, step, 0);
      double before = v;
      v = 0.9 * v - 0.1 * g[0];
      assertThat(gradient.getDouble(0)).isCloseTo(0.9 * before - 1.9 * v, within(1e-6));
    }
  }

  private static INDArray part(INDArray arena, long offset, long[] shape) {
    DataBuffer buffer =
        Nd4j.createBuffer(
            arena.data(), offset, java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b));
    return Nd4j.create(buffer, shape, Nd4j.getStrides(shape, 'c'), 0, 'c');
  }
}

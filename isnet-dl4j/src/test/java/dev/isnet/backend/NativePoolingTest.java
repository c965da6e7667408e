package dev.isnet.backend;

import static dev.isnet.backend.Numbers.arrays;
import static dev.isnet.backend.Numbers.assertClose;
import static dev.isnet.backend.Numbers.doubles;
import static dev.isnet.backend.Numbers.unfilled;
import static dev.isnet.backend.Numbers.uniform;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** maxpool2d as compiled graphs call it where nobody asks who won. */
@BackendContract
class NativePoolingTest {

  private static final int H = 8;
  private static final int W = 7;

  @ParameterizedTest
  @CsvSource({
    "2, 2, 0, false, 4, 3",
    "3, 2, 1, false, 4, 4",
    "3, 1, 1, false, 8, 7",
    "3, 2, 0, false, 3, 3",
    "3, 2, 0, true, 4, 4",
    "2, 2, 0, true, 4, 4",
    "7, 1, 0, false, 2, 1"
  })
  void maxpool2d(int kernel, int stride, int padding, boolean same, int outH, int outW) {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      INDArray x = uniform(type, 1, 2, 3, H, W).subi(1); // below 0: padding must never win
      INDArray y = unfilled(type, 2, 3, outH, outW);
      Numbers.call(
          "maxpool2d",
          arrays(x),
          arrays(y),
          new double[0],
          true,
          kernel,
          kernel,
          stride,
          stride,
          padding,
          padding,
          1,
          1,
          same ? 1 : 0,
          0,
          0);
      int top = same ? Math.max(0, (outH - 1) * stride + kernel - H) / 2 : padding;
      int left = same ? Math.max(0, (outW - 1) * stride + kernel - W) / 2 : padding;
      double[] image = doubles(x);
      double[] expected = new double[2 * 3 * outH * outW];
      for (int i = 0; i < expected.length; i++) {
        int plane = i / (outH * outW);
        int row = i / outW % outH * stride - top;
        int column = i % outW * stride - left;
        expected[i] = Double.NEGATIVE_INFINITY;
        for (int r = Math.max(row, 0); r < Math.min(row + kernel, H); r++) {
          for (int c = Math.max(column, 0); c < Math.min(column + kernel, W); c++) {
            expected[i] = Math.max(expected[i], image[(plane * H + r) * W + c]);
          }
        }
      }
      assertClose(type.name(), y, expected);
    }
  }
}

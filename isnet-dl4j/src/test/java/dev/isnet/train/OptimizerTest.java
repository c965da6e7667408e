package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

final class OptimizerTest {

  @Test
  void theNormOfAShortGradientIsThatOfItsNumbers() {
    assertThat(Optimizer.norm(Nd4j.createFromArray(3f, -4f, 12f))).isEqualTo(13, within(1e-6));
    assertThat(Optimizer.norm(Nd4j.createFromArray(new double[][] {{1, 2}, {2, 4}})))
        .isEqualTo(5, within(1e-12));
  }

  @Test
  void theNormOfTwentyMillionNumbersLosesNothing() {
    try (INDArray gradient = Nd4j.valueArrayOf(new long[] {1, 20_000_003}, 0.01, DataType.FLOAT)) {
      assertThat(Optimizer.norm(gradient))
          .isEqualTo(0.01 * Math.sqrt(20_000_003), within(44.7 * 1e-5));
    }
  }

  @Test
  void theNormOfWhatIsNotFiniteIsNotFinite() {
    assertThat(Optimizer.norm(Nd4j.createFromArray(1f, Float.NaN))).isNaN();
    assertThat(Optimizer.norm(Nd4j.createFromArray(1f, Float.POSITIVE_INFINITY)))
        .isEqualTo(Double.POSITIVE_INFINITY);
  }
}

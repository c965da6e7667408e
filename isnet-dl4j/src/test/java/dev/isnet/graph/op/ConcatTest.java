package dev.isnet.graph.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.InputException;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

final class ConcatTest {
  private final SameDiff graph = SameDiff.create();
  private final Concat two =
      new Concat(
          graph.placeHolder("a", DataType.FLOAT, 2, 3, 4, 5),
          graph.placeHolder("b", DataType.FLOAT, 2, 1, 4, 5));

  @Test
  void channelsAddUp() {
    assertThat(two.outputShapes(new long[][] {{2, 3, 4, 5}, {2, 1, 4, 5}}))
        .isDeepEqualTo(new long[][] {{2, 4, 4, 5}});
  }

  @Test
  void arraysOfOtherSizesAreRefused() {
    assertThatThrownBy(() -> two.outputShapes(new long[][] {{2, 3, 10, 12}, {2, 1, 11, 12}}))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "A merge has an array [2, 1, 11, 12] beside one [2, 3, 10, 12], but they may differ in"
                + " channels alone; give images of the network's own size.");
  }
}

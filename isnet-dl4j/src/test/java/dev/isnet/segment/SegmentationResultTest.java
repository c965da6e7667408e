package dev.isnet.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.segment.SegmentationResult.OneImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentationResultTest {

  private static final OneImage GOOD = new OneImage("good.png", 0.9, 0.8);
  private static final OneImage BAD = new OneImage("bad.png", 0.2, 0.1);
  private static final OneImage FAIR = new OneImage("fair.png", 0.7, 0.6);
  private static final OneImage FINE = new OneImage("fine.png", 0.8, 0.7);

  @Test
  void sumsUpSingleImages() {
    SegmentationResult result = SegmentationResult.of(List.of(GOOD, BAD, FAIR));
    assertThat(result.images()).isEqualTo(3);
    assertThat(result.dice()).isEqualTo(0.6, within(1e-12));
    assertThat(result.medianDice()).isEqualTo(0.7);
    assertThat(result.leastDice()).isEqualTo(0.2);
    assertThat(result.iou()).isEqualTo(0.5, within(1e-12));
    assertThat(result.medianIou()).isEqualTo(0.6);
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
    SegmentationResult result = SegmentationResult.of(List.of(GOOD, BAD, FAIR, FINE));
    assertThat(result.medianDice()).isEqualTo(0.75, within(1e-12));
  }

  @Test
  void theWorstComeFirst() {
    assertThat(SegmentationResult.of(List.of(GOOD, BAD, FAIR)).worst(2)).containsExactly(BAD, FAIR);
  }
}

package dev.isnet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PixelFlippingTest {
  private static final float[] IMAGE = {4, 1, 2, 3};
  private static final float[] BLACK = {0, 0, 0, 0};
  private static final boolean[] ALL = {true, true, true, true};

  /** Scores that follow from the pixels one by one. */
  private static final PixelFlipping.Score SUM =
      images -> Arrays.stream(images).mapToDouble(PixelFlippingTest::sum).toArray();

  private static double sum(float[] image) {
    double sum = 0;
    for (float value : image) {
      sum += value;
    }
    return sum;
  }

  @Test
  void deletionTakesTheMostRelevantFirst() {
    PixelFlipping.Curve curve = PixelFlipping.deletion(IMAGE, BLACK, IMAGE, ALL, 4, SUM);
    assertThat(curve.shares()).containsExactly(0, 0.25, 0.5, 0.75, 1);
    assertThat(curve.scores()).containsExactly(10, 6, 3, 1, 0);
    assertThat(curve.area()).isEqualTo((8 + 4.5 + 2 + 0.5) / 4, within(1e-12));
  }

  @Test
  void insertionShowsTheMostRelevantFirst() {
    PixelFlipping.Curve curve = PixelFlipping.insertion(IMAGE, BLACK, IMAGE, ALL, 4, SUM);
    assertThat(curve.scores()).containsExactly(0, 4, 7, 9, 10);
    assertThat(curve.area()).isEqualTo((2 + 5.5 + 8 + 9.5) / 4, within(1e-12));
  }

  @Test
  void onlyTheRegionChanges() {
    boolean[] region = {false, true, true, false};
    float[] relevance = {9, 1, 2, 9};
    assertThat(PixelFlipping.deletion(IMAGE, BLACK, relevance, region, 2, SUM).scores())
        .containsExactly(10, 8, 7);
    assertThat(PixelFlipping.insertion(IMAGE, BLACK, relevance, region, 2, SUM).scores())
        .containsExactly(7, 9, 10);
  }

  @Test
  void allChannelsOfAPixelGoTogether() {
    float[] image = {1, 2, 10, 20};
    float[] relevance = {1, -1, 1, 2};
    assertThat(
            PixelFlipping.deletion(
                    image, new float[4], relevance, new boolean[] {true, true}, 2, SUM)
                .scores())
        .containsExactly(33, 22, 0);
    assertThat(image).containsExactly(1, 2, 10, 20);
  }

  @Test
  void theBaselineOfTheMeanColourHasAMeanForEachChannel() {
    assertThat(PixelFlipping.meanColour(new float[] {1, 3, 10, 20}, 2))
        .containsExactly(2, 2, 15, 15);
  }

  @Test
  void aRegionMustHavePixels() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PixelFlipping.deletion(IMAGE, BLACK, IMAGE, new boolean[4], 2, SUM));
  }
}

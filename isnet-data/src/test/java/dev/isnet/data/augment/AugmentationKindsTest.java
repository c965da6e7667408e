package dev.isnet.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.data.ImageSize;
import dev.isnet.data.Pixels;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AugmentationKindsTest {
  private static final ImageSize SIZE = new ImageSize(32, 40, 3);

  /** Every kind of change alone, and all together. */
  private static final Map<String, PairedAugmentation> KINDS =
      new TreeMap<>(
          Map.of(
              "shear", PairedAugmentation.builder().optShear(0.5).build(),
              "crop", PairedAugmentation.builder().optCrop(0.5).build(),
              "elastic", PairedAugmentation.builder().optElastic(0.1).build(),
              "gamma", PairedAugmentation.builder().optGamma(1).build(),
              "blur", PairedAugmentation.builder().optBlur(0.05).build(),
              "noise", PairedAugmentation.builder().optNoise(0.2).build(),
              "cutout", PairedAugmentation.builder().optCutout(0.5).build(),
              "rotate", PairedAugmentation.builder().optRotate(new Change(30, 0.5)).build(),
              "all", everything(1)));

  private static PairedAugmentation everything(double probability) {
    return PairedAugmentation.builder()
        .optFlipHorizontal(0.5)
        .optFlipVertical(0.5)
        .optRotate(new Change(30, probability))
        .optTranslate(new Change(0.2, probability))
        .optScale(new Change(0.2, probability))
        .optShear(new Change(0.3, probability))
        .optCrop(new Change(0.3, probability))
        .optElastic(new Change(0.1, probability))
        .optBrightness(new Change(0.2, probability))
        .optContrast(new Change(0.3, probability))
        .optGamma(new Change(0.5, probability))
        .optBlur(new Change(0.03, probability))
        .optNoise(new Change(0.1, probability))
        .optCutout(new Change(0.3, probability))
        .build();
  }

  static List<String> kinds() {
    return List.copyOf(KINDS.keySet());
  }

  /** The mask's cells are the bright ones: where both move together they stay so. */
  private static Pixels disc(float inside, float outside) {
    boolean[] mask = new boolean[SIZE.area()];
    float[] image = new float[SIZE.values()];
    for (int i = 0; i < mask.length; i++) {
      double dx = i % 40 - 17;
      double dy = i / 40 - 15;
      mask[i] = dx * dx + dy * dy < 80;
      for (int c = 0; c < 3; c++) {
        image[c * SIZE.area() + i] = mask[i] ? inside : outside;
      }
    }
    return new Pixels(SIZE, image, Optional.of(mask));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void imageAndMaskMoveTogether(String kind) {
    PairedAugmentation augmentation = KINDS.get(kind);
    for (int seed = 0; seed < 60; seed++) {
      Pixels out = augmentation.apply(disc(1, 0), seed);
      boolean[] mask = out.mask().orElseThrow();
      int wrong = 0;
      int foreground = 0;
      for (int i = 0; i < mask.length; i++) {
        foreground += mask[i] ? 1 : 0;
        wrong += out.image()[i] > 0.55f != mask[i] ? 1 : 0;
        assertThat(out.image()[i]).isBetween(0f, 1f);
      }
      assertThat(foreground).isPositive();
      // Tones alone may leave the halves; where things move, edges may differ by rounding.
      boolean toned = List.of("all", "noise", "gamma", "blur").contains(kind);
      assertThat(wrong).isLessThan(toned ? SIZE.area() / 3 : 50);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theSeedDecidesAndTheInputStays(String kind) {
    Pixels in = disc(0.8f, 0.3f);
    float[] before = in.image().clone();
    PairedAugmentation augmentation = KINDS.get(kind);
    int different = 0;
    for (int seed = 0; seed < 20; seed++) {
      Pixels first = augmentation.apply(in, seed);
      assertThat(augmentation.apply(in, seed).image()).isEqualTo(first.image());
      different += Arrays.equals(first.image(), before) ? 0 : 1;
    }
    assertThat(in.image()).isEqualTo(before);
    assertThat(different).isGreaterThan(5);
  }

  @Test
  void aProbabilityIsHowOftenAChangeIsMade() {
    Pixels in = disc(0.8f, 0.3f);
    int changed = 0;
    PairedAugmentation sometimes =
        PairedAugmentation.builder().optGamma(new Change(1, 0.25)).build();
    for (int seed = 0; seed < 1000; seed++) {
      changed += Arrays.equals(sometimes.apply(in, seed).image(), in.image()) ? 0 : 1;
    }
    assertThat(changed).isBetween(200, 300);
    assertThat(everything(0).apply(in, 1).image().length).isEqualTo(in.image().length);
    assertThat(PairedAugmentation.builder().optBlur(new Change(0.1, 0)).build().apply(in, 1))
        .isSameAs(in);
  }

  @Test
  void switchingAKindOnLeavesTheOthersDraws() {
    Pixels in = disc(0.8f, 0.3f);
    PairedAugmentation cropped = PairedAugmentation.builder().optCrop(0.5).build();
    PairedAugmentation both =
        PairedAugmentation.builder().optCrop(0.5).optNoise(new Change(1, 1e-9)).build();
    assertThat(both.apply(in, 5).image()).isEqualTo(cropped.apply(in, 5).image());
  }

  @Test
  void gammaIsAPowerOfTheValues() {
    float[] values = {0, 0.25f, 0.5f, 0.9f, 1};
    Tones.gamma(values, 2);
    assertThat(values[0]).isZero();
    assertThat(values[1]).isCloseTo(0.0625f, within(1e-5f));
    assertThat(values[2]).isCloseTo(0.25f, within(1e-5f));
    assertThat(values[3]).isCloseTo(0.81f, within(1e-5f));
    assertThat(values[4]).isEqualTo(1);
  }

  @Test
  void aBlurIsTheGaussianOfAPoint() {
    ImageSize size = new ImageSize(21, 21, 1);
    float[] image = new float[size.area()];
    image[10 * 21 + 10] = 1;
    Tones.blur(image, size, 1.5);
    double sum = 0;
    for (int i = -5; i <= 5; i++) {
      sum += Math.exp(-i * i / 4.5);
    }
    for (int i = 0; i < image.length; i++) {
      double dx = i % 21 - 10;
      double dy = i / 21 - 10;
      boolean within = Math.abs(dx) <= 5 && Math.abs(dy) <= 5;
      double expected = within ? Math.exp(-(dx * dx + dy * dy) / 4.5) / (sum * sum) : 0;
      assertThat((double) image[i]).isCloseTo(expected, within(1e-6));
    }
  }

  @Test
  void aCropFillsTheImageWithAPartOfIt() {
    ImageSize size = new ImageSize(1, 4, 1);
    Movement half = Movement.of(size, false, false, 0, 1, 0, 0).cropped(0.5, 1, 0);
    // The right half, each pixel twice as wide: centres at 1.75, 2.25, 2.75 and 3.25.
    assertThat(half.image(new float[] {0, 0.2f, 0.4f, 0.8f}))
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(0.35f * 0.75f, 0.5f * 0.75f, 0.7f * 0.75f, 0.6f * 0.75f);
  }

  @Test
  void valuesOutOfRangeAreNamed() {
    assertThatThrownBy(() -> PairedAugmentation.builder().optElastic(0.5).build())
        .hasMessage("The augmentation's elastic is 0.5, but must be between 0 and 0.2.");
    assertThatThrownBy(() -> PairedAugmentation.builder().optNoise(new Change(0.1, 2)).build())
        .hasMessageContaining("noise's probability is 2.0, but must be between 0 and 1");
  }
}

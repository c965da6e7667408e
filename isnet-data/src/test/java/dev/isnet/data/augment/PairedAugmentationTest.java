package dev.isnet.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedImage;
import dev.isnet.data.Pixels;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairedAugmentationTest {
  private static final PairedAugmentation MOVING =
      PairedAugmentation.builder()
          .optFlipHorizontal(0.5)
          .optFlipVertical(0.5)
          .optRotate(30)
          .optTranslate(0.2)
          .optScale(0.2)
          .build();

  /** A white box on black whose mask is the box itself. */
  private static Pixels box(int channels) {
    ImageSize size = new ImageSize(40, 32, channels);
    float[] image = new float[size.values()];
    boolean[] mask = new boolean[size.area()];
    for (int y = 12; y < 24; y++) {
      for (int x = 8; x < 22; x++) {
        mask[y * 32 + x] = true;
        for (int c = 0; c < channels; c++) {
          image[c * size.area() + y * 32 + x] = 1;
        }
      }
    }
    return new Pixels(size, image, Optional.of(mask));
  }

  private static Pixels ramp() {
    float[] image = new float[12];
    boolean[] mask = new boolean[12];
    for (int i = 0; i < 12; i++) {
      image[i] = i / 12f;
    }
    mask[0] = true;
    return new Pixels(new ImageSize(3, 4, 1), image, Optional.of(mask));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void imageAndMaskMoveTogether(int channels) {
    Pixels in = box(channels);
    for (int seed = 0; seed < 50; seed++) {
      Pixels out = MOVING.apply(in, seed);
      boolean[] mask = out.mask().orElseThrow();
      for (int i = 0; i < out.image().length; i++) {
        // Nearest and linear interpolation agree on which side of one half a point lies, but for
        // corners, where a linear value may fall to a quarter.
        float value = out.image()[i];
        boolean agrees =
            mask[i % mask.length] ? value > 0.24f && value <= 1 : value < 0.76f && value >= 0;
        if (!agrees) {
          fail("seed %d, position %d: value %f, mask %s", seed, i, value, mask[i % mask.length]);
        }
      }
    }
  }

  @Test
  void aFlipIsExact() {
    PairedAugmentation flip = PairedAugmentation.builder().optFlipHorizontal(1).build();
    Pixels out = flip.apply(ramp(), 5);
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 4; x++) {
        assertThat(out.image()[y * 4 + x]).isEqualTo(ramp().image()[y * 4 + 3 - x]);
      }
    }
    assertThat(out.mask().orElseThrow()[3]).isTrue();
    PairedAugmentation down = PairedAugmentation.builder().optFlipVertical(1).build();
    assertThat(down.apply(ramp(), 5).image()[1]).isEqualTo(ramp().image()[9]);
  }

  @Test
  void theSeedDecidesEverythingAndTheInputStaysAsItIs() {
    Pixels in = box(1);
    float[] before = in.image().clone();
    assertThat(MOVING.apply(in, 3).image()).isEqualTo(MOVING.apply(in, 3).image());
    assertThat(MOVING.apply(in, 3).image()).isNotEqualTo(MOVING.apply(in, 4).image());
    assertThat(in.image()).isEqualTo(before);
  }

  @Test
  void noneReturnsTheInputItself() {
    Pixels in = box(1);
    assertThat(PairedAugmentation.none().apply(in, 3)).isSameAs(in);
  }

  @Test
  void brightnessAndContrastLeaveTheMaskAloneAndStayInRange() {
    PairedAugmentation light =
        PairedAugmentation.builder().optBrightness(0.8).optContrast(0.8).build();
    Pixels in = ramp();
    for (int seed = 0; seed < 50; seed++) {
      Pixels out = light.apply(in, seed);
      assertThat(out.mask().orElseThrow()).isEqualTo(in.mask().orElseThrow());
      for (float value : out.image()) {
        assertThat(value).isBetween(0f, 1f);
      }
    }
    assertThat(light.apply(in, 1).image()).isNotEqualTo(in.image());
  }

  @Test
  void theForegroundNeverLeavesTheImage() {
    PairedAugmentation far = PairedAugmentation.builder().optTranslate(1).build();
    for (int seed = 0; seed < 50; seed++) {
      boolean[] mask = far.apply(ramp(), seed).mask().orElseThrow();
      assertThat(mask).contains(true);
    }
  }

  @Test
  void nativeArraysGiveTheSameAsJavaArrays() {
    Pixels in = box(3);
    try (MaskedImage image = in.toMaskedImage(1, Path.of("x"));
        MaskedImage out = MOVING.apply(image, 9)) {
      assertThat(out.image().shape()).containsExactly(3, 40, 32);
      assertThat(out.mask().orElseThrow().shape()).containsExactly(1, 40, 32);
      assertThat(out.image().data().asFloat()).containsExactly(MOVING.apply(in, 9).image());
      assertThat(out.label()).isEqualTo(1);
      assertThat(image.image().sumNumber().doubleValue()).isCloseTo(3 * 12 * 14, within(1e-6));
    }
  }

  @Test
  void valuesOutOfRangeAreErrors() {
    AugmentationBuilder builder = PairedAugmentation.builder().optFlipHorizontal(1.5);
    assertThatThrownBy(builder::build)
        .isInstanceOf(InputException.class)
        .hasMessage("The augmentation's flipHorizontal is 1.5, but must be between 0 and 1.0.");
  }
}

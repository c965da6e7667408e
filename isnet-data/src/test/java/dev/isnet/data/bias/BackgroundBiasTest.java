package dev.isnet.data.bias;

import static dev.isnet.data.bias.BiasScenario.BIASED;
import static dev.isnet.data.bias.BiasScenario.DECEIVING;
import static dev.isnet.data.bias.BiasScenario.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.data.ImageSize;
import dev.isnet.data.Pixels;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BackgroundBiasTest {
  private static final ImageSize SIZE = new ImageSize(24, 30, 3);
  private static final Cue NONE = new Cue.Nothing();

  /** Grey, with a rectangle of foreground in the middle. */
  private static Pixels grey() {
    float[] image = new float[SIZE.values()];
    Arrays.fill(image, 0.4f);
    boolean[] mask = new boolean[SIZE.area()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % 30 >= 8 && i % 30 < 22 && i / 30 >= 8 && i / 30 < 18;
    }
    return new Pixels(SIZE, image, Optional.of(mask));
  }

  private static Pixels plain(float value, Optional<boolean[]> mask) {
    float[] image = new float[SIZE.values()];
    Arrays.fill(image, value);
    return new Pixels(SIZE, image, mask);
  }

  static List<Cue> cues() {
    return List.of(
        new Cue.Mark(Shape.CROSS, 5, 1, 0.5, Placement.RANDOM, false),
        new Cue.Mark(Shape.LETTER_A, 5, 0, 1, Placement.TOP_LEFT, true),
        new Cue.Texture(Pattern.STRIPES, 2, 0.3),
        new Cue.Texture(Pattern.DIAGONALS, 2, 0.3),
        new Cue.Texture(Pattern.CHECKS, 0.1, 0.3),
        new Cue.Texture(Pattern.GRAIN, 2, 0.3),
        new Cue.Surroundings(Pattern.DOTS, 6, 0.1, 0.9),
        new Cue.Surroundings(Pattern.PLAIN, 6, 0, 0.7),
        new Cue.Pictures("beach", List.of(plain(0.8f, Optional.empty()))),
        new Cue.Border(2, 1),
        new Cue.Brightness(-0.2),
        new Cue.Vignette(0.8));
  }

  @ParameterizedTest
  @MethodSource("cues")
  void aCueChangesTheBackgroundAlone(Cue cue) {
    Pixels in = grey();
    for (int seed = 0; seed < 20; seed++) {
      Cue.Drawn drawn = cue.draw(in, seed);
      assertThat(cue.draw(in, seed).pixels().image()).isEqualTo(drawn.pixels().image());
      int changed = 0;
      for (int i = 0; i < in.image().length; i++) {
        boolean differs = drawn.pixels().image()[i] != in.image()[i];
        changed += differs ? 1 : 0;
        assertThat(differs && in.mask().orElseThrow()[i % SIZE.area()]).isFalse();
        assertThat(drawn.pixels().image()[i]).isBetween(0f, 1f);
        int x = i % SIZE.area() % 30;
        int y = i % SIZE.area() / 30;
        boolean inside =
            x >= drawn.x()
                && x < drawn.x() + drawn.width()
                && y >= drawn.y()
                && y < drawn.y() + drawn.height();
        assertThat(differs && !inside).isFalse();
      }
      assertThat(changed).isPositive();
      assertThat(drawn.pixels().mask()).isEqualTo(in.mask());
    }
  }

  @Test
  void contrastLetsWhatWasThereShowThrough() {
    Cue.Drawn drawn =
        new Cue.Mark(Shape.SQUARE, 4, 1, 0.25, Placement.TOP_LEFT, false).draw(grey(), 1);
    assertThat(drawn.pixels().image()[0]).isCloseTo(0.4f + 0.25f * 0.6f, within(1e-6f));
  }

  @Test
  void aVignetteIsDarkestInTheCorners() {
    float[] image = new Cue.Vignette(1).draw(grey(), 1).pixels().image();
    assertThat(image[0]).isLessThan(0.04f);
    assertThat(image[12 * 30]).isBetween(0.19f, 0.22f);
  }

  @Test
  void theForegroundOfABackgroundPictureIsFilledFromAround() {
    boolean[] object = new boolean[SIZE.area()];
    Arrays.fill(object, 0, 15 * 30, true);
    Pixels photo = plain(0.6f, Optional.of(object));
    Arrays.fill(photo.image(), 0, 15 * 30, 1f);
    Cue cue = new Cue.Pictures("photo", List.of(photo));
    assertThat(cue.draw(grey(), 1).pixels().image()[0]).isEqualTo(0.6f);
  }

  private static float[] one(int label, int classes) {
    float[] targets = new float[classes];
    targets[label] = 1;
    return targets;
  }

  private static BackgroundBias borders(double correlation, Integer... deceiving) {
    return new BackgroundBias(
        List.of(new Cue.Border(1, 0), new Cue.Border(1, 0.5), new Cue.Border(1, 1)),
        correlation,
        List.of(deceiving));
  }

  private static float corner(BackgroundBias bias, int label, BiasScenario scenario, long seed) {
    return bias.apply(grey(), one(label, bias.classes()), scenario, seed).pixels().image()[0];
  }

  @Test
  void theScenarioPairsCuesAndClasses() {
    BackgroundBias bias = borders(1, 2, 0, 1);
    assertThat(corner(bias, 0, BIASED, 1)).isZero();
    assertThat(corner(bias, 1, BIASED, 1)).isEqualTo(0.5f);
    assertThat(corner(bias, 0, STANDARD, 1)).isEqualTo(0.4f);
    assertThat(corner(bias, 0, DECEIVING, 1)).isEqualTo(1);
    assertThat(corner(bias, 1, DECEIVING, 1)).isZero();
    assertThat(corner(bias, 2, DECEIVING, 1)).isEqualTo(0.5f);
  }

  @Test
  void theCorrelationIsHowOftenTheCueIsTheClasss() {
    for (double correlation : new double[] {0, 0.5, 0.9}) {
      BackgroundBias bias = borders(correlation, 1, 2, 0);
      int own = 0;
      for (int seed = 0; seed < 3000; seed++) {
        own += corner(bias, 1, BIASED, seed) == 0.5f ? 1 : 0;
      }
      // Of the rest a third has the class's own cue by chance.
      double expected = correlation + (1 - correlation) / 3;
      assertThat(own / 3000.0).isCloseTo(expected, within(0.03));
    }
  }

  @Test
  void anImageOfSeveralClassesGetsAllTheirCues() {
    BackgroundBias bias =
        BackgroundBias.of(
            List.of(
                new Cue.Mark(Shape.SQUARE, 4, 1, 1, Placement.TOP_LEFT, false),
                new Cue.Mark(Shape.SQUARE, 4, 0, 1, Placement.BOTTOM_RIGHT, false),
                NONE));
    BackgroundBias.Biased biased = bias.apply(grey(), new float[] {1, 1, 1}, BIASED, 3);
    assertThat(biased.drawings())
        .containsExactly(
            new BackgroundBias.Drawing(0, "square", 0, 0, 4, 4),
            new BackgroundBias.Drawing(1, "square", 26, 20, 4, 4));
    assertThat(biased.pixels().image()[0]).isEqualTo(1);
    assertThat(biased.pixels().image()[SIZE.area() - 1]).isZero();
    assertThat(bias.apply(grey(), new float[3], BIASED, 3).drawings()).isEmpty();
  }

  @Test
  void oneCueAloneMovesToTheOtherClasses() {
    BackgroundBias bias = BackgroundBias.of(List.of(NONE, new Cue.Border(1, 1), NONE));
    assertThat(corner(bias, 0, DECEIVING, 1)).isEqualTo(1);
    assertThat(corner(bias, 1, DECEIVING, 1)).isEqualTo(0.4f);
    assertThat(corner(bias, 2, DECEIVING, 1)).isEqualTo(1);
  }

  @Test
  void impossibleSettingsAreErrors() {
    assertThatThrownBy(() -> borders(1, 0, 1, 2))
        .hasMessageContaining("[0, 1, 2] is no permutation");
    assertThatThrownBy(() -> borders(1, 1, 1, 2))
        .hasMessageContaining("is no permutation of the 3");
    assertThatThrownBy(() -> borders(1.5, 1, 2, 0))
        .hasMessage("The bias correlation is 1.5, but must be between 0 and 1.");
    assertThatThrownBy(() -> new Cue.Pictures("sea", List.of()))
        .hasMessageContaining("no picture for the background 'sea'");
    assertThatThrownBy(() -> new Cue.Texture(Pattern.DOTS, 0, 1))
        .hasMessageContaining("size is 0.0");
  }
}

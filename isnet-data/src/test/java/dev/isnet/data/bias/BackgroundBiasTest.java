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
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
        new Cue.Pictures("beach", List.of(new Cue.Picture("1.png", plain(0.8f, Optional.empty())))),
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
    Cue cue = new Cue.Pictures("photo", List.of(new Cue.Picture("p.png", photo)));
    Cue.Drawn drawn = cue.draw(grey(), 1);
    assertThat(drawn.pixels().image()[0]).isEqualTo(0.6f);
    assertThat(drawn.picture()).contains("p.png");
    // Nothing of the white object is left anywhere.
    for (float value : drawn.pixels().image()) {
      assertThat(value).isLessThan(1);
    }
    boolean[] all = new boolean[SIZE.area()];
    Arrays.fill(all, true);
    Cue.Picture whole = new Cue.Picture("whole.png", plain(1, Optional.of(all)));
    assertThatThrownBy(() -> new Cue.Pictures("photo", List.of(whole)))
        .hasMessage("The picture 'whole.png' has no background: its mask marks all of it.");
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
            new BackgroundBias.Drawing(0, "square", 0, 0, 4, 4, Optional.empty()),
            new BackgroundBias.Drawing(1, "square", 26, 20, 4, 4, Optional.empty()));
    assertThat(biased.pixels().image()[0]).isEqualTo(1);
    assertThat(biased.pixels().image()[SIZE.area() - 1]).isZero();
    assertThat(bias.apply(grey(), new float[3], BIASED, 3).drawings()).isEmpty();
  }

  /** The classes whose marks an image has. */
  private static Set<Integer> marked(BackgroundBias bias, float[] targets, long seed) {
    return bias.apply(grey(), targets, BIASED, seed).drawings().stream()
        .map(BackgroundBias.Drawing::classIndex)
        .collect(Collectors.toSet());
  }

  private static BackgroundBias marks(double correlation, Placement placement) {
    return new BackgroundBias(
        List.of(
            new Cue.Mark(Shape.TRIANGLE, 4, 1, 1, placement, false),
            new Cue.Mark(Shape.CIRCLE, 5, 0, 1, placement, true),
            new Cue.Mark(Shape.CROSS, 6, 1, 0.5, placement, false),
            new Cue.Mark(Shape.SQUARE, 4, 0, 1, placement, false)),
        correlation,
        List.of(1, 2, 3, 0));
  }

  @Test
  void withoutCorrelationMarksDoNotDependOnTheClassesAtAll() {
    BackgroundBias bias = marks(0, Placement.RANDOM);
    float[][] images = {
      {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 0, 1, 0}, {1, 1, 0, 1}, {1, 1, 1, 1}, {0, -1, 0, 1}
    };
    int[] counts = new int[4];
    for (int seed = 0; seed < 2000; seed++) {
      Set<Integer> marks = marked(bias, images[0], seed);
      assertThat(marks).hasSize(1);
      for (float[] targets : images) {
        assertThat(marked(bias, targets, seed)).isEqualTo(marks);
      }
      marks.forEach(k -> counts[k]++);
    }
    for (int count : counts) {
      assertThat(count / 2000.0).isCloseTo(0.25, within(0.04));
    }
  }

  @Test
  void withFullCorrelationMarksAreThoseOfTheClasses() {
    BackgroundBias bias = marks(1, Placement.RANDOM);
    for (int seed = 0; seed < 50; seed++) {
      assertThat(marked(bias, new float[] {0, 0, 0, 0}, seed)).isEmpty();
      assertThat(marked(bias, new float[] {0, 0, 1, 0}, seed)).containsExactly(2);
      assertThat(marked(bias, new float[] {1, -1, 0, 1}, seed)).containsExactlyInAnyOrder(0, 3);
    }
  }

  @Test
  void aCorrelationBetweenIsTheDifferenceThatTheClassMakes() {
    BackgroundBias bias = marks(0.6, Placement.RANDOM);
    double[] frequency = new double[2];
    for (int seed = 0; seed < 4000; seed++) {
      frequency[0] += marked(bias, new float[] {0, 1, 0, 1}, seed).contains(0) ? 1 / 4000.0 : 0;
      frequency[1] += marked(bias, new float[] {1, 1, 0, 1}, seed).contains(0) ? 1 / 4000.0 : 0;
    }
    assertThat(frequency[0]).isCloseTo(0.4 / 4, within(0.02));
    assertThat(frequency[1]).isCloseTo(0.6 + 0.4 / 4, within(0.03));
  }

  @ParameterizedTest
  @EnumSource(Placement.class)
  void marksOfOneImageStandBesideEachOther(Placement placement) {
    BackgroundBias bias = marks(1, placement);
    for (int seed = 0; seed < 100; seed++) {
      BackgroundBias.Biased biased = bias.apply(grey(), new float[] {1, 1, 1, 1}, BIASED, seed);
      assertThat(biased.drawings()).hasSize(4);
      int[] standing = new int[SIZE.area()];
      for (BackgroundBias.Drawing each : biased.drawings()) {
        for (int i = 0; i < each.width() * each.height(); i++) {
          standing[(each.y() + i / each.width()) * 30 + each.x() + i % each.width()]++;
        }
      }
      assertThat(Arrays.stream(standing).max()).hasValue(1);
      assertThat(bias.apply(grey(), new float[] {1, 1, 1, 1}, BIASED, seed).drawings())
          .isEqualTo(biased.drawings());
      for (int i = 0; i < SIZE.area(); i++) {
        boolean object = grey().mask().orElseThrow()[i];
        assertThat(object && biased.pixels().image()[i] != 0.4f).isFalse();
      }
    }
  }

  @Test
  void aBackgroundNeverHidesAMark() {
    BackgroundBias bias =
        BackgroundBias.of(
            List.of(
                new Cue.Mark(Shape.SQUARE, 4, 1, 1, Placement.TOP_LEFT, false),
                new Cue.Border(2, 0),
                new Cue.Surroundings(Pattern.PLAIN, 1, 0, 0.2),
                new Cue.Surroundings(Pattern.PLAIN, 1, 0, 0.7)));
    float[] image = bias.apply(grey(), new float[] {1, 1, 1, 1}, BIASED, 1).pixels().image();
    assertThat(image[0]).isZero();
    // The mark stands within the frame, the two backgrounds side by side.
    assertThat(image[2 * 30 + 2]).isEqualTo(1);
    assertThat(image[6 * 30 + 14]).isEqualTo(0.2f);
    assertThat(image[6 * 30 + 15]).isEqualTo(0.7f);
    assertThat(image[12 * 30 + 15]).isEqualTo(0.4f);
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

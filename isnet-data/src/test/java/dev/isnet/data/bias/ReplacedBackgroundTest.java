package dev.isnet.data.bias;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.data.ImageSize;
import dev.isnet.data.ImageStore;
import dev.isnet.data.Pixels;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReplacedBackgroundTest {
  private static final ImageSize SIZE = new ImageSize(20, 16, 3);

  /** Random, with a rectangle of foreground. */
  private static Pixels random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] image = new float[SIZE.values()];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextDouble();
    }
    boolean[] mask = new boolean[SIZE.area()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % 16 >= 4 && i % 16 < 11 && i / 16 >= 5 && i / 16 < 15;
    }
    return new Pixels(SIZE, image, Optional.of(mask));
  }

  private static Pixels row(float[] values, boolean... mask) {
    return new Pixels(new ImageSize(1, values.length, 1), values, Optional.of(mask));
  }

  static Stream<Pixels> replaced() {
    return Stream.of(
        ReplacedBackground.another(random(1), random(2)),
        ReplacedBackground.noise(random(1), 3),
        ReplacedBackground.blur(random(1)),
        ReplacedBackground.meanColour(random(1)));
  }

  @ParameterizedTest
  @MethodSource("replaced")
  void theObjectStaysAndTheBackgroundChanges(Pixels found) {
    Pixels image = random(1);
    int changed = 0;
    for (int i = 0; i < SIZE.values(); i++) {
      assertThat(found.image()[i]).isBetween(0f, 1f);
      if (image.mask().orElseThrow()[i % SIZE.area()]) {
        assertThat(found.image()[i]).isEqualTo(image.image()[i]);
      } else {
        changed += found.image()[i] == image.image()[i] ? 0 : 1;
      }
    }
    assertThat(changed).isEqualTo(3 * (20 * 16 - 70));
  }

  @Test
  void theDonorsObjectDoesNotComeAlong() {
    Pixels donor =
        row(
            new float[] {0.1f, 0.9f, 0.8f, 0.7f, 0.2f, 0.3f},
            false,
            true,
            true,
            true,
            false,
            false);
    Pixels image = row(new float[6], false, false, false, false, false, true);
    assertThat(ReplacedBackground.another(image, donor).image())
        .containsExactly(0.1f, 0.1f, 0.1f, 0.2f, 0.2f, 0);
  }

  @Test
  void theMeanColourIsThatOfTheBackgroundAlone() {
    Pixels image = row(new float[] {0.1f, 0.9f, 0.3f}, false, true, false);
    assertThat(ReplacedBackground.meanColour(image).image()).containsExactly(0.2f, 0.9f, 0.2f);
  }

  @Test
  void nothingOfTheObjectRunsIntoTheBlur() {
    Pixels image = row(new float[] {0.25f, 1, 1, 0.25f, 0.25f}, false, true, true, false, false);
    assertThat(ReplacedBackground.blur(image).image())
        .containsExactly(new float[] {0.25f, 1, 1, 0.25f, 0.25f}, within(1e-6f));
  }

  /** Three means over three pixels: 1/27, 3/27, 6/27, 7/27, 6/27, 3/27, 1/27. */
  @Test
  void aBlurIsThreeMeansOverASquare() {
    float[] image = new float[9 * 9];
    image[4 * 9 + 4] = 1;
    Pixels dot = new Pixels(new ImageSize(9, 9, 1), image, Optional.empty());
    float[] found = ReplacedBackground.blurred(dot);
    double[] kernel = {0, 1, 3, 6, 7, 6, 3, 1, 0};
    double[] mass = new double[9];
    for (int i = 0; i < 9; i++) {
      double[] ones = {1, 1, 1, 1, 1, 1, 1, 1, 1};
      mass[i] = thrice(ones)[i];
    }
    for (int i = 0; i < 81; i++) {
      double expected = kernel[i % 9] * kernel[i / 9] / 27 / 27 / mass[i % 9] / mass[i / 9];
      assertThat((double) found[i]).isEqualTo(expected, within(1e-6));
    }
  }

  private static double[] thrice(double[] values) {
    double[] now = values;
    for (int pass = 0; pass < 3; pass++) {
      double[] next = new double[now.length];
      for (int i = 0; i < now.length; i++) {
        for (int j = Math.max(0, i - 1); j <= Math.min(now.length - 1, i + 1); j++) {
          next[i] += now[j] / 3;
        }
      }
      now = next;
    }
    return now;
  }

  @Test
  void noiseHasTheBackgroundsMeanAndIsSeeded() {
    float[] image = new float[10_000];
    boolean[] mask = new boolean[10_000];
    for (int i = 0; i < image.length; i++) {
      image[i] = i % 2 == 0 ? 0.4f : 0.6f;
      mask[i] = i < 100;
    }
    Pixels pixels = new Pixels(new ImageSize(100, 100, 1), image, Optional.of(mask));
    float[] noise = ReplacedBackground.noise(pixels, 7).image();
    double mean = 0;
    double square = 0;
    for (int i = 100; i < noise.length; i++) {
      mean += noise[i] / 9_900.0;
      square += (noise[i] - 0.5) * (noise[i] - 0.5) / 9_900;
    }
    assertThat(mean).isEqualTo(0.5, within(0.005));
    assertThat(Math.sqrt(square)).isEqualTo(0.1, within(0.003));
    assertThat(ReplacedBackground.noise(pixels, 7).image()).isEqualTo(noise);
    assertThat(ReplacedBackground.noise(pixels, 8).image()).isNotEqualTo(noise);
  }

  @Test
  void withoutAMaskThereIsNoBackground() {
    Pixels image = new Pixels(new ImageSize(1, 2, 1), new float[2], Optional.empty());
    assertThatIllegalArgumentException().isThrownBy(() -> ReplacedBackground.blur(image));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReplacedBackground.withoutForeground(image));
  }

  /** Grey values that tell the image: the background 0.1·index, the object 1. */
  private record Store(int... labels) implements ImageStore {
    @Override
    public List<String> classes() {
      return List.of("a", "b");
    }

    @Override
    public ImageSize imageSize() {
      return new ImageSize(1, 3, 1);
    }

    @Override
    public int size() {
      return labels.length;
    }

    @Override
    public int label(int index) {
      return labels[index];
    }

    @Override
    public String name(int index) {
      return "image " + index;
    }

    @Override
    public Pixels load(int index) {
      return row(new float[] {index * 0.1f, index * 0.1f, 1}, false, false, true);
    }
  }

  @Test
  void backgroundsComeFromOtherClassesWherePossible() {
    ImageStore store = new Store(0, 0, 0, 1, 1);
    Donors donors = Donors.draw(store, List.of(0, 1, 2, 3, 4), 8, 1);
    for (int i = 0; i < 5; i++) {
      Donors.Swapped swapped = donors.swap(store.load(i), i, store.label(i)).orElseThrow();
      assertThat(swapped.label()).isEqualTo(1 - store.label(i));
      float[] image = swapped.pixels().image();
      assertThat(Math.round(image[0] * 10) >= 3).isEqualTo(store.label(i) == 0);
      assertThat(image[2]).isEqualTo(1);
    }
  }

  @Test
  void ofOneClassAnotherImageMustDo() {
    ImageStore store = new Store(0, 0);
    Donors donors = Donors.draw(store, List.of(0, 1), 8, 1);
    assertThat(donors.swap(store.load(0), 0, 0).orElseThrow().pixels().image())
        .containsExactly(0.1f, 0.1f, 1);
    assertThat(Donors.draw(store, List.of(0), 8, 1).swap(store.load(0), 0, 0)).isEmpty();
  }

  @Test
  void theSeedDecidesWhichBackgroundAnImageGets() {
    ImageStore store = new Store(IntStream.range(0, 10).map(i -> i % 2).toArray());
    List<Integer> all = IntStream.range(0, 10).boxed().toList();
    assertThat(backgrounds(store, all, 1)).isEqualTo(backgrounds(store, all, 1));
    assertThat(backgrounds(store, all, 1)).isNotEqualTo(backgrounds(store, all, 2));
  }

  private static List<Float> backgrounds(ImageStore store, List<Integer> all, long seed) {
    Donors donors = Donors.draw(store, all, 2, seed);
    return all.stream()
        .map(i -> donors.swap(store.load(i), i, store.label(i)).orElseThrow().pixels().image()[0])
        .toList();
  }
}

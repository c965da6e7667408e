package dev.isnet.data.bias;

import static dev.isnet.data.bias.BiasScenario.BIASED;
import static dev.isnet.data.bias.BiasScenario.DECEIVING;
import static dev.isnet.data.bias.BiasScenario.STANDARD;
import static dev.isnet.data.bias.Shape.CIRCLE;
import static dev.isnet.data.bias.Shape.LETTER_L;
import static dev.isnet.data.bias.Shape.LETTER_R;
import static dev.isnet.data.bias.Shape.NONE;
import static dev.isnet.data.bias.Shape.SQUARE;
import static dev.isnet.data.bias.Shape.TRIANGLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.Pixels;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SyntheticBiasTest {
  private static final ImageSize SIZE = new ImageSize(20, 24, 3);

  private static SyntheticBias of(int size, Placement placement, Shape... shapes) {
    return new SyntheticBias(List.of(shapes), size, 1, placement, false);
  }

  /** Black, with a diamond of foreground in the middle. */
  private static Pixels diamond(int radius) {
    boolean[] mask = new boolean[SIZE.area()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = Math.abs(i % 24 - 12) + Math.abs(i / 24 - 10) <= radius;
    }
    return new Pixels(SIZE, new float[SIZE.values()], Optional.of(mask));
  }

  private static int painted(Pixels pixels) {
    int count = 0;
    for (int i = 0; i < SIZE.area(); i++) {
      count += pixels.image()[i] > 0 ? 1 : 0;
    }
    return count;
  }

  @Test
  void aPlateOfTheOppositeBrightnessFillsTheSquareBehindTheShape() {
    float[] grey = new float[SIZE.values()];
    java.util.Arrays.fill(grey, 0.5f);
    Pixels in = new Pixels(SIZE, grey, Optional.empty());
    Pixels out =
        new SyntheticBias(List.of(Shape.LETTER_L, NONE), 7, 1, Placement.TOP_LEFT, true)
            .apply(in, 0, BiasScenario.BIASED, 1);
    int white = 0;
    int black = 0;
    for (int i = 0; i < SIZE.area(); i++) {
      white += out.image()[i] == 1 ? 1 : 0;
      black += out.image()[i] == 0 ? 1 : 0;
    }
    assertThat(white).isEqualTo(11); // 7 rows of a stroke and 4 more cells of the foot
    assertThat(white + black).isEqualTo(7 * 7);
  }

  @ParameterizedTest
  @EnumSource(
      value = Shape.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE"})
  void neverCoversTheForegroundWhereThereIsRoom(Shape shape) {
    Pixels in = diamond(6);
    SyntheticBias bias = of(7, Placement.RANDOM, shape, NONE);
    Set<Integer> first = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      Pixels out = bias.apply(in, 0, BIASED, seed);
      assertThat(painted(out)).isPositive();
      int onForeground = 0;
      int notWhite = 0;
      for (int i = 0; i < SIZE.area(); i++) {
        if (out.image()[i] > 0) {
          onForeground += in.mask().orElseThrow()[i] ? 1 : 0;
          notWhite += out.image()[SIZE.area() + i] == 1 ? 0 : 1;
          notWhite += out.image()[2 * SIZE.area() + i] == 1 ? 0 : 1;
        }
      }
      assertThat(onForeground).isZero();
      assertThat(notWhite).isZero();
      first.add(firstPainted(out));
    }
    assertThat(first).as("positions differ").hasSizeGreaterThan(10);
  }

  private static int firstPainted(Pixels pixels) {
    int at = 0;
    while (pixels.image()[at] == 0) {
      at++;
    }
    return at;
  }

  @Test
  void coversAsLittleAsPossibleWhereThereIsNoRoom() {
    boolean[] mask = new boolean[SIZE.area()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % 24 >= 2;
    }
    Pixels in = new Pixels(SIZE, new float[SIZE.values()], Optional.of(mask));
    Pixels out = of(5, Placement.RANDOM, SQUARE, NONE).apply(in, 0, BIASED, 1);
    for (int i = 0; i < SIZE.area(); i++) {
      assertThat(out.image()[i] > 0 && i % 24 >= 5).isFalse();
    }
  }

  @Test
  void aSquareHasItsSizeInPixelsOrAsAFractionOfTheHeight() {
    assertThat(painted(of(6, Placement.RANDOM, SQUARE, NONE).apply(diamond(2), 0, BIASED, 1)))
        .isEqualTo(36);
    SyntheticBias fraction =
        new SyntheticBias(List.of(SQUARE, NONE), 0.25, 0.5, Placement.TOP_LEFT, false);
    Pixels out = fraction.apply(diamond(2), 0, BIASED, 1);
    assertThat(painted(out)).isEqualTo(25);
    assertThat(out.image()[0]).isEqualTo(0.5f);
  }

  @Test
  void aCornerIsTakenUnlessTheForegroundIsThere() {
    Pixels out = of(4, Placement.BOTTOM_RIGHT, SQUARE, NONE).apply(diamond(3), 0, BIASED, 1);
    assertThat(firstPainted(out)).isEqualTo(16 * 24 + 20);
  }

  @Test
  void deceivingPairsEachClassWithAnotherShape() {
    SyntheticBias three = of(5, Placement.RANDOM, TRIANGLE, CIRCLE, SQUARE);
    assertThat(three.shape(0, BIASED)).isEqualTo(TRIANGLE);
    assertThat(three.shape(0, STANDARD)).isEqualTo(NONE);
    assertThat(three.shape(0, DECEIVING)).isEqualTo(CIRCLE);
    assertThat(three.shape(1, DECEIVING)).isEqualTo(SQUARE);
    assertThat(three.shape(2, DECEIVING)).isEqualTo(TRIANGLE);
    SyntheticBias one = of(5, Placement.RANDOM, NONE, LETTER_L, NONE);
    assertThat(one.shape(0, DECEIVING)).isEqualTo(LETTER_L);
    assertThat(one.shape(1, DECEIVING)).isEqualTo(NONE);
    assertThat(one.shape(2, DECEIVING)).isEqualTo(LETTER_L);
  }

  @Test
  void standardLeavesTheImageAlone() {
    Pixels in = diamond(3);
    assertThat(of(5, Placement.RANDOM, TRIANGLE, CIRCLE).apply(in, 0, STANDARD, 1)).isSameAs(in);
  }

  @Test
  void anImageWithoutAMaskIsAllBackground() {
    Pixels in = new Pixels(SIZE, new float[SIZE.values()], Optional.empty());
    assertThat(painted(of(5, Placement.RANDOM, SQUARE, NONE).apply(in, 0, BIASED, 1)))
        .isEqualTo(25);
  }

  @Test
  void shapesDifferInForm() {
    Set<Integer> areas = new HashSet<>();
    for (Shape shape : List.of(TRIANGLE, CIRCLE, SQUARE, Shape.CROSS, LETTER_L, LETTER_R)) {
      areas.add(painted(of(14, Placement.TOP_LEFT, shape, NONE).apply(diamond(0), 0, BIASED, 1)));
    }
    assertThat(areas).hasSize(6);
  }

  @Test
  void nativeArraysAreCopied() {
    try (INDArray image = Nd4j.zeros(1, 8, 8);
        INDArray mask = Nd4j.zeros(1, 8, 8);
        INDArray out = of(3, Placement.TOP_LEFT, SQUARE, NONE).apply(image, mask, 0, BIASED, 1)) {
      assertThat(out.sumNumber().intValue()).isEqualTo(9);
      assertThat(image.sumNumber().intValue()).isZero();
    }
  }

  @Test
  void uselessSettingsAreErrors() {
    assertThatThrownBy(() -> of(5, Placement.RANDOM, CIRCLE, CIRCLE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("at least two classes must have different shapes");
    assertThatThrownBy(() -> of(0, Placement.RANDOM, CIRCLE, NONE))
        .hasMessageContaining("bias size is 0.0");
    assertThatThrownBy(() -> SyntheticBias.ofClasses(9))
        .hasMessageContaining("There are 9 classes");
    assertThatThrownBy(() -> Shape.of("star"))
        .hasMessageContaining("no shape 'star'; known are none, triangle");
    assertThatThrownBy(() -> BiasScenario.of("odd")).hasMessageContaining("'odd'");
    assertThat(Shape.of("letter-l")).isEqualTo(LETTER_L);
    assertThat(BiasScenario.of("deceiving")).isEqualTo(DECEIVING);
  }
}

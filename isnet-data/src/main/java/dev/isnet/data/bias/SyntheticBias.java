package dev.isnet.data.bias;

import dev.isnet.data.InputException;
import dev.isnet.data.Pixels;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Shapes in the background whose form follows the class, as in the paper's experiments (Bassi,
 * Dertkigil, Cavalli 2024). {@link BackgroundBias} has further cues.
 *
 * <p>A shape never covers the foreground where the background has room for it; otherwise it covers
 * as little as it can. An image without a mask counts as background throughout.
 *
 * @param shapes the shape of each class, in the classes' order; at least two of them differ
 * @param size height and width of the shapes: below 1 a fraction of the image's height, otherwise
 *     pixels; never less than 3 pixels, nor more than the image
 * @param intensity the shapes' value in every channel, 0 (black) to 1 (white)
 * @param placement where the shapes go
 * @param plate whether a shape stands on a square plate of the opposite brightness, like a lead
 *     marker: then it is seen on any background
 */
public record SyntheticBias(
    List<Shape> shapes, double size, double intensity, Placement placement, boolean plate) {
  /** The size of the shapes in the paper's manner: a fifth of the image's height. */
  public static final double DEFAULT_SIZE = 0.2;

  /**
   * Checks the values.
   *
   * @throws InputException if all shapes are the same, or size or intensity are out of range
   */
  public SyntheticBias {
    shapes = List.copyOf(shapes);
    BackgroundBias.of(marks(shapes, size, intensity, placement, plate));
  }

  private static List<Cue> marks(
      List<Shape> shapes, double size, double intensity, Placement placement, boolean plate) {
    return shapes.stream()
        .<Cue>map(shape -> new Cue.Mark(shape, size, intensity, 1, placement, plate))
        .toList();
  }

  /**
   * White shapes of {@link #DEFAULT_SIZE} at random positions, a different one for each class:
   * triangle, circle, square, cross, L, R, none.
   *
   * @param classes number of classes, 2 to 7
   * @return the bias
   * @throws InputException if there are not that many shapes
   */
  public static SyntheticBias ofClasses(int classes) {
    List<Shape> order =
        List.of(
            Shape.TRIANGLE,
            Shape.CIRCLE,
            Shape.SQUARE,
            Shape.CROSS,
            Shape.LETTER_L,
            Shape.LETTER_R,
            Shape.NONE);
    if (classes < 2 || classes > order.size()) {
      throw new InputException(
          "There are %d classes, but the default shapes serve 2 to %d; name a shape for each class."
              .formatted(classes, order.size()));
    }
    return new SyntheticBias(order.subList(0, classes), DEFAULT_SIZE, 1, Placement.RANDOM, false);
  }

  /** The same as cues. */
  public BackgroundBias cues() {
    return BackgroundBias.of(marks(shapes, size, intensity, placement, plate));
  }

  /**
   * Draws the shape for a class into a copy of an image.
   *
   * @param image [C, h, w], values in [0, 1]; not changed
   * @param mask [1, h, w] of 0 and 1; not changed
   * @param label the index of the image's class
   * @param scenario how shapes and classes are paired
   * @param seed decides the position
   * @return a new array [C, h, w], which the caller closes
   */
  public INDArray apply(
      INDArray image, INDArray mask, int label, BiasScenario scenario, long seed) {
    return apply(Pixels.of(image, Optional.of(mask)), label, scenario, seed).imageArray();
  }

  /**
   * Draws the shape for a class into an image.
   *
   * @param in the image; not changed
   * @param label the index of the image's class
   * @param scenario how shapes and classes are paired
   * @param seed decides the position
   * @return a changed copy with the same mask, or {@code in} itself when nothing is drawn
   */
  public Pixels apply(Pixels in, int label, BiasScenario scenario, long seed) {
    float[] targets = new float[shapes.size()];
    targets[label] = 1;
    return cues().apply(in, targets, scenario, seed).pixels();
  }

  /**
   * The shape that an image of a class gets. In the deceiving scenario it is the shape of the next
   * class, in cyclic order, that has another one; with a shape for one class only, the shape moves
   * to the other classes.
   *
   * @param label the index of the class
   * @param scenario how shapes and classes are paired
   * @return the shape, {@link Shape#NONE} for no shape
   */
  public Shape shape(int label, BiasScenario scenario) {
    return switch (scenario) {
      case STANDARD -> Shape.NONE;
      case BIASED -> shapes.get(label);
      case DECEIVING -> {
        int other = label;
        do {
          other = (other + 1) % shapes.size();
        } while (shapes.get(other) == shapes.get(label));
        yield shapes.get(other);
      }
    };
  }
}

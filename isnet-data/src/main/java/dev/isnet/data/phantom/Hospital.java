package dev.isnet.data.phantom;

import dev.isnet.data.InputException;
import dev.isnet.data.bias.Cue;
import dev.isnet.data.bias.Placement;
import dev.isnet.data.bias.Shape;
import java.util.List;

/**
 * Where a phantom is taken: exposure, development and noise of the device, and what it leaves in
 * the background. A classifier that learns it instead of the signs fails in the next hospital.
 *
 * @param name what the column {@code source} says
 * @param exposure factor of the brightness, 0.5 to 2
 * @param gamma factor of the exponent of the film's curve, 0.5 to 2
 * @param noise factor of the noise, 0 to 5
 * @param marks markers, borders and the like, drawn one after the other
 */
public record Hospital(String name, double exposure, double gamma, double noise, List<Cue> marks) {

  /** Where nothing is peculiar: the phantoms of a data set without hospitals. */
  public static final Hospital NEUTRAL = new Hospital("phantom", 1, 1, 1, List.of());

  /**
   * Checks the factors.
   *
   * @throws InputException if one is out of range
   */
  public Hospital {
    check("exposure", exposure, 0.5, 2);
    check("gamma", gamma, 0.5, 2);
    check("noise", noise, 0, 5);
    marks = List.copyOf(marks);
  }

  private static void check(String what, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new InputException(
          "A hospital's %s is %s, but must be between %s and %s."
              .formatted(what, value, least, most));
    }
  }

  /** Hospitals to train in, at least as many as there are classes. */
  public static List<Hospital> training() {
    return List.of(
        new Hospital(
            "north", 1.12, 0.85, 0.7, List.of(marker(Shape.LETTER_L, Placement.TOP_RIGHT))),
        new Hospital(
            "south",
            0.9,
            1.15,
            1.6,
            List.of(new Cue.Border(0.03, 0), marker(Shape.LETTER_R, Placement.TOP_LEFT))),
        new Hospital(
            "west",
            1,
            1,
            1,
            List.of(new Cue.Vignette(0.7), marker(Shape.ARROW, Placement.RANDOM))));
  }

  /** A hospital that nobody trained in: another marker, another place, another exposure. */
  public static Hospital outside() {
    return new Hospital(
        "island",
        1.05,
        1.05,
        1.3,
        List.of(new Cue.Border(0.02, 0.9), marker(Shape.LETTER_P, Placement.BOTTOM_RIGHT)));
  }

  private static Cue marker(Shape shape, Placement placement) {
    return new Cue.Mark(shape, 0.12, 1, 0.9, placement, false);
  }
}

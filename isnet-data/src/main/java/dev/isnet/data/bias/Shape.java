package dev.isnet.data.bias;

import dev.isnet.data.InputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A filled shape that fits into a square. */
public enum Shape {
  /** Nothing is drawn. */
  NONE,
  /** An isosceles triangle with its tip at the top. */
  TRIANGLE,
  /** A disc. */
  CIRCLE,
  /** A square. */
  SQUARE,
  /** An upright cross whose bars are a third of its size. */
  CROSS,
  /** The letter L, as a side marker on a radiograph. */
  LETTER_L("#....", "#....", "#....", "#....", "#....", "#....", "#####"),
  /** The letter R, as a side marker on a radiograph. */
  LETTER_R("####.", "#...#", "#...#", "####.", "#.#..", "#..#.", "#...#"),
  /** The letter A. */
  LETTER_A(".###.", "#...#", "#...#", "#####", "#...#", "#...#", "#...#"),
  /** The letter P. */
  LETTER_P("####.", "#...#", "#...#", "####.", "#....", "#....", "#...."),
  /** The letter X. */
  LETTER_X("#...#", "#...#", ".#.#.", "..#..", ".#.#.", "#...#", "#...#"),
  /** An arrow upwards, as annotators draw it. */
  ARROW("..#..", ".###.", "#.#.#", "..#..", "..#..", "..#..", "..#..");

  private final String[] rows;

  Shape(String... rows) {
    this.rows = rows;
  }

  /**
   * The shape of the given name.
   *
   * @param name the constant's name in any case, with '-' or '_', e.g. "triangle" or "letter-l"
   * @return the shape
   * @throws InputException if there is no such shape
   */
  public static Shape of(String name) {
    String wanted = name.toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(values())
        .filter(shape -> shape.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "There is no shape '%s'; known are %s."
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(Shape::toString)
                                .collect(Collectors.joining(", ")))));
  }

  /** The name as users write it, e.g. "letter-l". */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether the point x, y of the unit square (y downwards) belongs to the shape. */
  boolean contains(double x, double y) {
    double dx = Math.abs(x - 0.5);
    double dy = Math.abs(y - 0.5);
    return switch (this) {
      case NONE -> false;
      case TRIANGLE -> dx <= y / 2;
      case CIRCLE -> dx * dx + dy * dy <= 0.25;
      case SQUARE -> true;
      case CROSS -> dx <= 1 / 6.0 || dy <= 1 / 6.0;
      case LETTER_L, LETTER_R, LETTER_A, LETTER_P, LETTER_X, ARROW -> {
        // Letters are narrower than the square: 5 of 7 columns, in the middle.
        int column = (int) Math.floor(x * 7) - 1;
        int row = Math.min(6, (int) (y * 7));
        yield column >= 0 && column < 5 && rows[row].charAt(column) == '#';
      }
    };
  }
}

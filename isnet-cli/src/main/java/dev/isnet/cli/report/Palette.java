package dev.isnet.cli.report;

/**
 * The classes of the style sheet that colour what belongs to one system or class. There are six
 * colours that everybody can tell apart; from the seventh on they come again, hollow and with
 * broken lines, so that twelve can be told apart.
 */
final class Palette {
  static final int COLOURS = 6;

  private Palette() {}

  /**
   * The classes for an index.
   *
   * @param index of a system or class, from 0
   * @return as in {@code c2} or {@code c2 again}
   */
  static String of(int index) {
    return "c" + index % COLOURS + (index / COLOURS % 2 == 1 ? " again" : "");
  }
}

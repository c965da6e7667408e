package dev.isnet.data;

import java.util.Locale;

/** The part of a data set that an image belongs to. */
public enum Split {
  /** Images that parameters are fitted to. */
  TRAIN,
  /** Images that choose the best epoch. */
  VAL,
  /** Images that results are reported on. */
  TEST;

  /**
   * The split of the given name.
   *
   * @param name "train", "val" or "test"
   * @return the split
   * @throws InputException if the name is another one
   */
  public static Split of(String name) {
    return switch (name) {
      case "train" -> TRAIN;
      case "val" -> VAL;
      case "test" -> TEST;
      default ->
          throw new InputException(
              "The split is '" + name + "', but must be 'train', 'val' or 'test'.");
    };
  }

  /** The name as it stands in labels.csv: "train", "val" or "test". */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package dev.isnet.data.phantom;

import dev.isnet.data.DatasetManifest;
import dev.isnet.data.DatasetWriter;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.Sample;
import dev.isnet.data.Seeds;
import dev.isnet.data.Split;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes phantoms as a data set's folder: PNG images, PNG masks and labels.csv. */
public final class PhantomWriter {
  /**
   * How many images of each class a split gets.
   *
   * @param train for training, at least 1
   * @param val for validation, at least 1
   * @param test for testing, at least 1
   */
  public record Counts(int train, int val, int test) {
    int of(Split split) {
      return switch (split) {
        case TRAIN -> train;
        case VAL -> val;
        case TEST -> test;
      };
    }
  }

  private PhantomWriter() {}

  /**
   * Writes a data set. The images of a split are those of {@link PhantomImages} with the seed that
   * {@link #seedOf} names, in 8 bits.
   *
   * @param folder created if it does not exist; must not hold a labels.csv
   * @param size of the images
   * @param perClass how many images of each class a split gets
   * @param signContrast how visible the signs of disease are, above 0 to 3
   * @param seed decides the persons
   * @return the manifest of what was written
   * @throws InputException if the folder holds a data set, cannot be written, or a number is out of
   *     range
   */
  public static DatasetManifest write(
      Path folder, ImageSize size, Counts perClass, double signContrast, long seed) {
    DatasetWriter writer = new DatasetWriter(folder, Optional.empty(), List.of());
    for (Split split : Split.values()) {
      PhantomStore store =
          new PhantomStore(size, perClass.of(split), signContrast, seedOf(seed, split));
      for (int i = 0; i < store.size(); i++) {
        Sample about =
            new Sample(
                folder,
                0,
                List.of(),
                List.of(store.classes().get(store.label(i))),
                List.of(),
                split,
                Optional.of("phantom"),
                Optional.empty(),
                1,
                0);
        writer.add(
            "%s-%s.png".formatted(split, store.name(i)), store.load(i), false, about, List.of());
      }
    }
    return writer.finish();
  }

  /**
   * The seed of a split's images.
   *
   * @param seed the data set's seed
   * @param split the split
   * @return the seed that gives the same images in {@link PhantomImages}
   */
  public static long seedOf(long seed, Split split) {
    return Seeds.derive(seed, split.ordinal());
  }
}

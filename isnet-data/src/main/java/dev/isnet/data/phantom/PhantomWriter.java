package dev.isnet.data.phantom;

import dev.isnet.data.DatasetManifest;
import dev.isnet.data.DatasetWriter;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.Sample;
import dev.isnet.data.Seeds;
import dev.isnet.data.Split;
import java.io.IOException;
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
   * @param folder created if it does not exist; must be empty
   * @param size of the images
   * @param perClass how many images of each class a split gets
   * @param signContrast how visible the signs of disease are, above 0 to 3
   * @param seed decides the persons
   * @return the manifest of what was written
   * @throws InputException if the folder holds anything, cannot be written, or a number is out of
   *     range
   */
  public static DatasetManifest write(
      Path folder, ImageSize size, Counts perClass, double signContrast, long seed) {
    return write(folder, PhantomPlan.of(size, signContrast, seed), perClass, false);
  }

  /**
   * Writes a data set. The images of a split are those of {@link PhantomImages} with the seed that
   * {@link #seedOf} names, in 8 bits.
   *
   * @param folder created if it does not exist; must be empty
   * @param plan what the images are like
   * @param perClass how many images of each class a split gets
   * @param lesions whether masks of the signs are written, too: into {@code lesions}, named in the
   *     column {@code lesion}
   * @return the manifest of what was written; the column {@code source} names the hospitals
   * @throws InputException if the folder holds anything, cannot be written, or a number is out of
   *     range
   */
  public static DatasetManifest write(
      Path folder, PhantomPlan plan, Counts perClass, boolean lesions) {
    DatasetWriter.fill(folder, part -> fill(part, plan, perClass, lesions));
    return DatasetManifest.read(folder);
  }

  private static void fill(Path folder, PhantomPlan plan, Counts perClass, boolean lesions)
      throws IOException {
    DatasetWriter writer =
        new DatasetWriter(folder, Optional.empty(), lesions ? List.of("lesion") : List.of());
    for (Split split : Split.values()) {
      PhantomStore store =
          new PhantomStore(plan.with(seedOf(plan.seed(), split)), split, perClass.of(split));
      for (int i = 0; i < store.size(); i++) {
        String name = "%s-%s.png".formatted(split, store.name(i));
        Radiograph radiograph = store.radiograph(i);
        List<String> extra =
            lesions
                ? List.of(writer.mask("lesions", name, plan.size(), radiograph.lesions()))
                : List.of();
        writer.add(name, radiograph.pixels(), false, about(folder, store, split, i), extra);
      }
    }
    writer.finish();
  }

  private static Sample about(Path folder, PhantomStore store, Split split, int index) {
    return new Sample(
        folder,
        0,
        List.of(),
        List.of(store.classes().get(store.label(index))),
        List.of(),
        split,
        Optional.of(store.plan().hospital(split, index).name()),
        Optional.empty(),
        1,
        0);
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

package dev.isnet.data.phantom;

import dev.isnet.data.AtomicFile;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.Pixels;
import dev.isnet.data.Seeds;
import dev.isnet.data.Split;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

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
   * @param folder appears when the data set is complete; must not exist, or be empty
   * @param size of the images
   * @param perClass how many images of each class a split gets
   * @param signContrast how visible the signs of disease are, above 0 to 3
   * @param seed decides the persons
   * @return the manifest of what was written
   * @throws InputException if the folder holds anything, or a number is out of range
   * @throws UncheckedIOException if it cannot be written; nothing of it is then there
   */
  public static DatasetManifest write(
      Path folder, ImageSize size, Counts perClass, double signContrast, long seed) {
    if (Files.exists(folder) && !isEmptyFolder(folder)) {
      throw new InputException(
          "%s exists already; name a folder that does not, or delete it.".formatted(folder));
    }
    try {
      AtomicFile.writeFolder(folder, part -> fill(part, size, perClass, signContrast, seed));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return DatasetManifest.read(folder);
  }

  private static void fill(
      Path folder, ImageSize size, Counts perClass, double signContrast, long seed)
      throws IOException {
    List<String> lines = new ArrayList<>(List.of("file,label,mask,split,source"));
    Files.createDirectories(folder.resolve("images"));
    Files.createDirectories(folder.resolve("masks"));
    for (Split split : Split.values()) {
      PhantomStore store =
          new PhantomStore(size, perClass.of(split), signContrast, seedOf(seed, split));
      for (int i = 0; i < store.size(); i++) {
        String name = "%s-%s.png".formatted(split, store.name(i));
        Pixels pixels = store.load(i);
        png(picture(pixels), folder.resolve("images").resolve(name));
        png(mask(pixels), folder.resolve("masks").resolve(name));
        lines.add(
            "images/%s,%s,masks/%s,%s,phantom"
                .formatted(name, store.classes().get(store.label(i)), name, split));
      }
    }
    Files.write(folder.resolve(DatasetManifest.LABELS_FILE), lines, StandardCharsets.UTF_8);
  }

  private static boolean isEmptyFolder(Path path) {
    try (Stream<Path> files = Files.list(path)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      return false; // Most likely a file.
    }
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

  private static BufferedImage picture(Pixels pixels) {
    ImageSize size = pixels.size();
    boolean grey = size.channels() == 1;
    BufferedImage picture =
        new BufferedImage(
            size.width(),
            size.height(),
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < pixels.image().length; i++) {
      int at = i % size.area();
      picture
          .getRaster()
          .setSample(
              at % size.width(),
              at / size.width(),
              i / size.area(),
              Math.round(pixels.image()[i] * 255));
    }
    return picture;
  }

  private static BufferedImage mask(Pixels pixels) {
    ImageSize size = pixels.size();
    BufferedImage picture =
        new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_BYTE_GRAY);
    boolean[] mask = pixels.mask().orElseThrow();
    for (int i = 0; i < mask.length; i++) {
      picture.getRaster().setSample(i % size.width(), i / size.width(), 0, mask[i] ? 255 : 0);
    }
    return picture;
  }

  private static void png(BufferedImage picture, Path path) throws IOException {
    // Given a File, ImageIO would print the stack trace of a folder that cannot be written.
    try (OutputStream out = Files.newOutputStream(path)) {
      ImageIO.write(picture, "png", out);
    }
  }
}

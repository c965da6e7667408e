package dev.isnet.data;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;

/** Makes small data sets on disk. */
final class TestFolder {
  private final Path root;

  TestFolder(Path root) {
    this.root = root;
  }

  /** labels.csv of the given lines, which end in LF. */
  TestFolder labels(String... lines) {
    return text("labels.csv", String.join("\n", lines) + "\n");
  }

  TestFolder text(String file, String text) {
    return bytes(file, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  TestFolder bytes(String file, byte[] bytes) {
    try {
      Path path = root.resolve(file);
      Files.createDirectories(path.getParent());
      Files.write(path, bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A grey file whose value at x, y is given. */
  TestFolder grey(String file, int width, int height, IntBinaryOperator value) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.getRaster().setSample(x, y, 0, value.applyAsInt(x, y));
      }
    }
    return bytes(file, encode(image, format(file)));
  }

  /** A file of one colour. */
  TestFolder colour(String file, int width, int height, Color colour, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, colour.getRGB());
      }
    }
    return bytes(file, encode(image, format(file)));
  }

  static byte[] encode(BufferedImage image, String format) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalArgumentException("no writer for " + format);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String format(String file) {
    return file.substring(file.lastIndexOf('.') + 1);
  }

  /**
   * Two classes, 'a' and 'b', in three splits, each image with a mask whose left half is foreground
   * and a value that tells the images apart.
   */
  static DatasetManifest small(Path root, int perClass) {
    TestFolder folder = new TestFolder(root);
    StringBuilder labels = new StringBuilder("file,label,mask,split\n");
    int count = 0;
    for (String split : new String[] {"train", "val", "test"}) {
      for (int i = 0; i < perClass; i++) {
        for (String label : new String[] {"a", "b"}) {
          String name = split + i + label + ".png";
          int value = ++count;
          folder.grey("images/" + name, 16, 16, (x, y) -> value * 3 % 200 + x);
          folder.grey("masks/" + name, 16, 16, (x, y) -> x < 8 ? 255 : 0);
          labels.append("images/%s,%s,masks/%s,%s\n".formatted(name, label, name, split));
        }
      }
    }
    folder.text("labels.csv", labels.toString());
    return DatasetManifest.read(root);
  }
}

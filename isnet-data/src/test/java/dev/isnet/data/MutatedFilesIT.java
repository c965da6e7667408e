package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand broken files of every kind that is read: each gives an image of the right size or a
 * sentence that names the file, takes no more memory than the limit on pixels allows, and leaves
 * the JVM alive.
 */
class MutatedFilesIT {
  private static final int FILES = 10_000;
  private static final long MAX_PIXELS = 1 << 20;

  /** 16-bit RGBA decoded, unpacked to ints, and as samples. */
  private static final long MAX_BYTES = 40 * MAX_PIXELS;

  private static final ImageSize SIZE = new ImageSize(24, 24, 3);
  private static final int SIDE = 32;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static Map<String, byte[]> originals() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    byte[] ramp = new byte[256];
    for (int i = 0; i < 256; i++) {
      ramp[i] = (byte) (i * 7);
    }
    IndexColorModel palette = new IndexColorModel(8, 256, ramp, new byte[256], ramp);
    Map<String, BufferedImage> pictures =
        Map.of(
            "rgb", new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB),
            "grey", new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY),
            "deep", new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_USHORT_GRAY),
            "bits", new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_BINARY),
            "indexed", new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_INDEXED, palette),
            "alpha", new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB));
    SplittableRandom random = new SplittableRandom(1);
    for (Map.Entry<String, BufferedImage> picture : new TreeMap<>(pictures).entrySet()) {
      for (int i = 0; i < SIDE * SIDE; i++) {
        picture.getValue().setRGB(i % SIDE, i / SIDE, random.nextInt());
      }
      for (String format : List.of("png", "jpg", "bmp", "gif", "tiff")) {
        byte[] bytes = encoded(picture.getValue(), format);
        if (bytes.length > 0) {
          files.put(picture.getKey() + "." + format, bytes);
        }
      }
    }
    int[] pixels = random.ints(SIDE * SIDE, 0, 4096).toArray();
    for (boolean explicit : new boolean[] {true, false}) {
      files.put(
          "explicit" + explicit + ".dcm",
          new DicomBytes(explicit)
              .sequence()
              .text(0x28, 0x1050, "DS", "2048")
              .text(0x28, 0x1051, "DS", "4096")
              .image("MONOCHROME2", SIDE, SIDE, 12, false, pixels)
              .bytes());
    }
    return files;
  }

  /** By the JDK's own writer, whatever else is on the class path; empty where it refuses. */
  private static byte[] encoded(BufferedImage picture, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Iterator<ImageWriter> writers =
        ImageIO.getImageWriters(ImageTypeSpecifier.createFromRenderedImage(picture), format);
    while (writers.hasNext()) {
      ImageWriter writer = writers.next();
      if (writer.getClass().getName().startsWith("com.sun.")) {
        try (ImageOutputStream to = ImageIO.createImageOutputStream(out)) {
          writer.setOutput(to);
          writer.write(picture);
        }
        break;
      }
    }
    return out.toByteArray();
  }

  @Test
  void brokenPicturesAreNamed(@TempDir Path root) throws IOException {
    Map<String, byte[]> originals = originals();
    List<String> names = List.copyOf(originals.keySet());
    assertThat(names).hasSizeGreaterThan(20);
    SplittableRandom random = new SplittableRandom(2024);
    Reading reading = Reading.standard().withConversion(true).withMaxPixels(MAX_PIXELS);
    read(write(root, "warm.png", originals.get("grey.png")), reading);
    long resident = Pointer.physicalBytes();
    int refused = 0;
    long most = 0;
    for (int i = 0; i < FILES; i++) {
      String name = names.get(i % names.size());
      byte[] bytes = mutated(originals.get(name), random);
      // Every tenth file has the ending of another kind.
      String ending = i % 10 == 0 ? names.get(random.nextInt(names.size())) : name;
      Path file = write(root, i + "-" + ending, bytes);
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        read(file, reading);
      } catch (InputException e) {
        refused++;
        assertThat(e.getMessage()).contains(file.getFileName().toString()).doesNotContain("\n");
      } catch (RuntimeException | Error e) {
        fail("file %d, a changed %s, of %d bytes".formatted(i, name, bytes.length), e);
      }
      most = Math.max(most, threads.getCurrentThreadAllocatedBytes() - before);
      Files.delete(file);
    }
    System.out.printf(
        "%d of %d files refused; at most %.1f MB of heap for one; resident %+.0f MB%n",
        refused, FILES, most / 1e6, (Pointer.physicalBytes() - resident) / 1e6);
    assertThat(refused).isGreaterThan(FILES / 2);
    assertThat(most).isLessThan(MAX_BYTES);
    assertThat(Pointer.physicalBytes() - resident).isLessThan(600_000_000);
  }

  private static Path write(Path root, String name, byte[] bytes) throws IOException {
    return Files.write(root.resolve(name), bytes);
  }

  /** As an image and, in both ways, as a mask. */
  private static void read(Path file, Reading reading) {
    Pixels.read(file, SIZE, reading);
    String name = "The mask '%s'".formatted(file);
    ImageDecoder.decodeIndices(file, name, MAX_PIXELS).brighterThan(0.5);
    ImageDecoder.decode(file, name, MAX_PIXELS).brighterThan(0.5);
  }

  private static byte[] mutated(byte[] original, SplittableRandom random) {
    byte[] bytes = original.clone();
    switch (random.nextInt(9)) {
      case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 1 -> flip(bytes, 1, bytes.length, random);
      case 2 -> flip(bytes, 1 + random.nextInt(30), bytes.length, random);
      case 3 -> flip(bytes, 1 + random.nextInt(8), Math.min(400, bytes.length), random);
      case 4 -> {
        int from = random.nextInt(bytes.length);
        Arrays.fill(bytes, from, from + random.nextInt(bytes.length - from), (byte) 0);
      }
      case 5 -> {
        // Numbers of two and four bytes at their worst.
        ByteBuffer out = ByteBuffer.wrap(bytes);
        out.order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
          int at = random.nextInt(Math.min(400, bytes.length - 4));
          if (random.nextBoolean()) {
            out.putInt(at, new int[] {-1, Integer.MAX_VALUE, 50_000, 0}[random.nextInt(4)]);
          } else {
            out.putShort(at, new short[] {-1, (short) 50_000, 0}[random.nextInt(3)]);
          }
        }
      }
      case 6 -> bomb(bytes);
      case 7 -> {
        bytes = new byte[random.nextInt(2000)];
        random.nextBytes(bytes);
        int kept = Math.min(Math.min(bytes.length, original.length), random.nextInt(200));
        System.arraycopy(original, 0, bytes, 0, kept);
      }
      default -> {
        byte[] twice = Arrays.copyOf(bytes, 2 * bytes.length);
        int cut = random.nextInt(bytes.length);
        System.arraycopy(bytes, cut, twice, random.nextInt(bytes.length), bytes.length - cut);
        bytes = twice;
      }
    }
    return bytes;
  }

  private static void flip(byte[] bytes, int count, int within, SplittableRandom random) {
    for (int i = 0; i < count; i++) {
      bytes[random.nextInt(within)] ^= (byte) (1 << random.nextInt(8));
    }
  }

  /** Wherever the side stands as a number in the format's own order, 50,000 takes its place. */
  private static void bomb(byte[] bytes) {
    boolean big = bytes[0] == (byte) 0x89 || bytes[0] == (byte) 0xFF || bytes[0] == 'M';
    ByteBuffer out = ByteBuffer.wrap(bytes);
    out.order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + 4 <= bytes.length; at++) {
      if (out.getInt(at) == SIDE) {
        out.putInt(at, 50_000);
      } else if (out.getShort(at) == SIDE) {
        out.putShort(at, (short) 50_000);
      }
    }
  }

  @Test
  void aDeclaredSizeBeyondTheLimitIsSaid(@TempDir Path root) throws IOException {
    for (Map.Entry<String, byte[]> original : originals().entrySet()) {
      byte[] bytes = original.getValue().clone();
      bomb(bytes);
      Path file = write(root, original.getKey(), bytes);
      long before = threads.getCurrentThreadAllocatedBytes();
      assertThatThrownBy(() -> Pixels.read(file, SIZE))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("declares 50000 x 50000 pixels (height x width)");
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000_000);
    }
  }

  @Test
  void brokenLabelsFilesAreNamedAndNeverLeaveTheFolder(@TempDir Path root) throws IOException {
    Path inside = Files.createDirectory(root.resolve("inside"));
    TestFolder.small(inside, 2);
    Files.copy(inside.resolve("images/train0a.png"), root.resolve("outside.png"));
    byte[] labels = Files.readAllBytes(inside.resolve("labels.csv"));
    String text = new String(labels, StandardCharsets.UTF_8);
    SplittableRandom random = new SplittableRandom(5);
    List<String> outside =
        List.of(
            "../outside.png",
            "images/../../outside.png",
            root.resolve("outside.png").toString(),
            "./../inside/../outside.png",
            "..//outside.png");
    for (int i = 0; i < 1000; i++) {
      byte[] bytes;
      if (i % 2 == 0) {
        String way = outside.get(random.nextInt(outside.size()));
        String[] files = {"images/train0a.png", "masks/val1b.png", "images/test1a.png"};
        bytes = text.replace(files[random.nextInt(3)], way).getBytes(StandardCharsets.UTF_8);
      } else {
        bytes = mutated(labels, random);
      }
      Files.write(inside.resolve("labels.csv"), bytes);
      try {
        DatasetManifest manifest = DatasetManifest.read(inside);
        assertThat(i % 2).isOne();
        for (Sample sample : manifest.samples()) {
          assertThat(sample.image().normalize()).startsWith(inside);
          for (MaskSource mask : sample.masks()) {
            assertThat(((MaskSource.MaskFile) mask).path().normalize()).startsWith(inside);
          }
        }
      } catch (InputException e) {
        assertThat(e.getMessage()).contains("labels.csv");
        if (i % 2 == 0) {
          assertThat(e.getMessage()).contains("leaves the data set folder");
        }
      }
    }
  }

  @Test
  void brokenIdxFilesAreNamed(@TempDir Path root) throws IOException {
    byte[] images = new byte[16 + 20 * 16];
    ByteBuffer.wrap(images).putInt(0x803).putInt(20).putInt(4).putInt(4);
    byte[] labels = new byte[8 + 20];
    ByteBuffer.wrap(labels).putInt(0x801).putInt(20);
    for (int i = 0; i < 20; i++) {
      labels[8 + i] = (byte) (i % 2);
    }
    brokenDataSetsAreNamed(
        root,
        "labels.csv",
        "train-",
        Map.of("images-idx3-ubyte", images, "labels-idx1-ubyte", labels));
  }

  @Test
  void brokenAnnotationsAreNamed(@TempDir Path root) throws IOException {
    TestFolder.small(root, 1);
    String json =
        """
        {"images": [{"id": 4, "file_name": "train0a.png", "height": 16, "width": 16},
          {"id": 5, "file_name": "train0b.png", "height": 16, "width": 16}],
         "annotations": [
          {"image_id": 4, "category_id": 2, "segmentation": [[1, 0, 13, 0, 13, 12, 1, 12]]},
          {"image_id": 5, "category_id": 1, "bbox": [0, 2, 11, 11]}],
         "categories": [{"id": 1, "name": "leaf"}, {"id": 2, "name": "stem"}]}
        """;
    brokenDataSetsAreNamed(
        root, "leaves.json", "leaves", Map.of(".json", json.getBytes(StandardCharsets.UTF_8)));
  }

  /** Data sets that are other files than pictures: read, or refused by the file's name. */
  private static void brokenDataSetsAreNamed(
      Path root, String labelsFile, String prefix, Map<String, byte[]> files) throws IOException {
    SplittableRandom random = new SplittableRandom(9);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      write(root, prefix + file.getKey(), file.getValue());
    }
    DatasetManifest.read(root, labelsFile).requireSplit(Split.TRAIN);
    for (int i = 0; i < 1000; i++) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        write(root, prefix + file.getKey(), mutated(file.getValue(), random));
        try {
          DatasetManifest manifest = DatasetManifest.read(root, labelsFile);
          SampleReader reader = new SampleReader(manifest, new ImageSize(8, 8, 1));
          for (Sample sample : manifest.samples()) {
            assertThat(sample.image().normalize()).startsWith(root);
            reader.read(sample);
          }
        } catch (InputException e) {
          assertThat(e.getMessage()).containsAnyOf(prefix, "train0a.png'", "train0b.png'");
        }
        write(root, prefix + file.getKey(), file.getValue());
      }
    }
  }
}

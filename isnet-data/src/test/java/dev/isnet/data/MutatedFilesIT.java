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
import java.util.EnumMap;
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
 * Ten thousand broken files of every kind that is read, each named by a labels file as an image and
 * as a mask, with the limits that hold unless others are set: each gives an image of the right size
 * or a sentence that names the file, takes no more memory than the limit on pixels allows, and
 * leaves the JVM alive. None outside the folder is read.
 */
class MutatedFilesIT {
  private static final int FILES = 10_000;

  /** 16-bit RGBA decoded, and as samples. */
  private static final long MAX_BYTES = 16 * Reading.DEFAULT_MAX_PIXELS;

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

  /** What is done to a file. */
  private enum Mutation {
    TRUNCATED,
    BITS_FLIPPED,
    HEADER_BITS_FLIPPED,
    WRONG_EXTENSION,
    EMPTY,
    ZERO_BYTES,
    BOMB,
    HUGE_NUMBERS,
    SPLICED,
    PATH_TRAVERSAL
  }

  @Test
  void brokenPicturesAreNamed(@TempDir Path root) throws IOException {
    Map<String, byte[]> originals = originals();
    List<String> names = List.copyOf(originals.keySet());
    assertThat(names).hasSizeGreaterThan(20);
    Path inside = Files.createDirectory(root.resolve("inside"));
    Files.createDirectory(root.resolve("outside"));
    Path good = write(inside, "good.png", originals.get("grey.png"));
    Pixels.read(good, SIZE, Reading.standard().withConversion(true)); // to warm up
    SplittableRandom random = new SplittableRandom(2024);
    long resident = Pointer.physicalBytes();
    Map<Mutation, Integer> refused = new EnumMap<>(Mutation.class);
    long most = 0;
    for (int i = 0; i < FILES; i++) {
      Mutation mutation = Mutation.values()[i % Mutation.values().length];
      String name = names.get(i / Mutation.values().length % names.size());
      byte[] bytes = mutated(originals.get(name), mutation, random);
      String written = i + "-" + name;
      if (mutation == Mutation.WRONG_EXTENSION) {
        String[] endings = {".png", ".jpg", ".dcm", ".tiff", ".gif", ".txt", "", "-idx3-ubyte"};
        written = i + name.substring(0, 3) + endings[random.nextInt(endings.length)];
      } else if (mutation == Mutation.PATH_TRAVERSAL) {
        String[] ways = {"../outside/", "x/../../outside/", "..//outside/", "%s/outside/"};
        written = ways[random.nextInt(ways.length)].formatted(root) + written;
      }
      Path file = inside.resolve(written).normalize();
      Files.write(file, bytes);
      for (boolean asMask : new boolean[] {false, true}) {
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
          Pixels pixels = read(inside, written, asMask);
          assertThat(pixels.size()).isEqualTo(SIZE);
          assertThat(mutation).isNotIn(Mutation.PATH_TRAVERSAL, Mutation.EMPTY, Mutation.BOMB);
        } catch (InputException e) {
          refused.merge(mutation, 1, Integer::sum);
          assertThat(e.getMessage()).contains(file.getFileName().toString()).doesNotContain("\n");
          if (mutation == Mutation.PATH_TRAVERSAL) {
            assertThat(e.getMessage()).contains("leaves the data set folder");
          }
        } catch (RuntimeException | Error e) {
          fail("file %d, %s of %s, %d bytes".formatted(i, mutation, name, bytes.length), e);
        }
        most = Math.max(most, threads.getCurrentThreadAllocatedBytes() - before);
      }
      Files.delete(file);
    }
    System.out.printf(
        "refused of %d, each as image and as mask: %s; at most %.1f MB of heap for one; resident"
            + " %+.0f MB%n",
        FILES, refused, most / 1e6, (Pointer.physicalBytes() - resident) / 1e6);
    assertThat(refused.get(Mutation.PATH_TRAVERSAL)).isEqualTo(2 * FILES / 10);
    assertThat(refused.get(Mutation.BOMB)).isEqualTo(2 * FILES / 10);
    assertThat(refused.get(Mutation.TRUNCATED)).isGreaterThan(FILES / 10);
    assertThat(most).isLessThan(MAX_BYTES);
  }

  private static Path write(Path root, String name, byte[] bytes) throws IOException {
    return Files.write(root.resolve(name), bytes);
  }

  /** As the image of a data set, or as a good one's mask, without limits of its own. */
  private static Pixels read(Path inside, String file, boolean asMask) throws IOException {
    String line = asMask ? "good.png,a,%s,train" : "%s,a,,train";
    Files.writeString(
        inside.resolve("labels.csv"), "file,label,mask,split\n" + line.formatted(file) + "\n");
    MaskFormat masks = MaskFormat.above(0.5).with(MaskFormat.Resize.AREA);
    DatasetManifest manifest =
        DatasetManifest.read(inside).with(Reading.standard().withConversion(true).with(masks));
    return new SampleReader(manifest, SIZE).read(manifest.samples().get(0));
  }

  private static byte[] mutated(byte[] original, Mutation mutation, SplittableRandom random) {
    byte[] bytes = original.clone();
    switch (mutation) {
      case TRUNCATED -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length - 1));
      case BITS_FLIPPED -> flip(bytes, 1 + random.nextInt(30), bytes.length, random);
      case HEADER_BITS_FLIPPED ->
          flip(bytes, 1 + random.nextInt(8), Math.min(400, bytes.length), random);
      case EMPTY -> bytes = new byte[0];
      case ZERO_BYTES -> {
        int from = random.nextInt(bytes.length);
        Arrays.fill(bytes, from, from + random.nextInt(bytes.length - from), (byte) 0);
      }
      case HUGE_NUMBERS -> {
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
      case BOMB -> bomb(bytes);
      case SPLICED -> {
        if (random.nextBoolean()) {
          byte[] noise = new byte[random.nextInt(2000)];
          random.nextBytes(noise);
          int kept = Math.min(Math.min(noise.length, original.length), random.nextInt(200));
          System.arraycopy(original, 0, noise, 0, kept);
          bytes = noise;
        } else {
          byte[] twice = Arrays.copyOf(bytes, 2 * bytes.length);
          int cut = random.nextInt(bytes.length);
          System.arraycopy(bytes, cut, twice, random.nextInt(bytes.length), bytes.length - cut);
          bytes = twice;
        }
      }
      case WRONG_EXTENSION, PATH_TRAVERSAL -> {
        // What is wrong is the name.
      }
    }
    return bytes;
  }

  /** The mutations of content, for files that are no pictures. */
  private static byte[] mutated(byte[] original, SplittableRandom random) {
    List<Mutation> kinds =
        List.of(
            Mutation.TRUNCATED,
            Mutation.BITS_FLIPPED,
            Mutation.HEADER_BITS_FLIPPED,
            Mutation.EMPTY,
            Mutation.ZERO_BYTES,
            Mutation.BOMB,
            Mutation.HUGE_NUMBERS,
            Mutation.SPLICED);
    return mutated(original, kinds.get(random.nextInt(kinds.size())), random);
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

package dev.isnet.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Writes a data set's folder: PNG images, PNG masks, and, last, labels.csv, so that an interrupted
 * run leaves no folder that looks complete.
 */
public final class DatasetWriter {
  private final Path folder;
  private final Optional<List<String>> classColumns;
  private final List<String> lines = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final List<String> extraColumns;

  /**
   * Starts a data set.
   *
   * @param folder created if it does not exist; must be empty
   * @param classColumns the classes, when images may have several: each gets a column; empty for
   *     one column {@code label}
   * @param extraColumns names of further columns
   */
  public DatasetWriter(
      Path folder, Optional<List<String>> classColumns, List<String> extraColumns) {
    this.folder = folder;
    this.classColumns = classColumns;
    this.extraColumns = List.copyOf(extraColumns);
  }

  /**
   * Has a folder filled that appears when all of it is written.
   *
   * @param folder must not exist, or be empty
   * @param filling writes the data set to the folder that it is given
   * @throws InputException if the folder holds anything
   * @throws UncheckedIOException if it cannot be written; nothing of it is then there
   */
  public static void fill(Path folder, AtomicFile.Filling filling) {
    if (Files.exists(folder) && !isEmpty(folder)) {
      throw new InputException(
          "%s exists already; name a folder that does not, or delete it.".formatted(folder));
    }
    try {
      AtomicFile.writeFolder(folder, filling);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isEmpty(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      return false; // most likely a file
    }
  }

  /**
   * Writes an image with its mask, if it has one.
   *
   * @param name the image's file below {@code images}, with slashes; the ending becomes .png
   * @param pixels what is written
   * @param deep whether 16 bits are written instead of 8
   * @param about labels, split and the rest; its files are not used
   * @param extra a value for each further column
   * @return the image's path in the labels file
   * @throws IOException if the folder cannot be written
   */
  public String add(String name, Pixels pixels, boolean deep, Sample about, List<String> extra)
      throws IOException {
    String file = unused(name);
    png(picture(pixels, deep), folder.resolve("images").resolve(file));
    if (pixels.mask().isPresent()) {
      png(picture(pixels.size(), pixels.mask().get()), folder.resolve("masks").resolve(file));
    }
    Stream<String> labels =
        classColumns
            .map(classes -> classes.stream().map(label -> value(label, about)))
            .orElse(Stream.of(about.label()));
    Stream<String> before = Stream.of("images/" + file);
    Stream<String> after =
        Stream.of(
            pixels.mask().isPresent() ? "masks/" + file : "",
            about.split().toString(),
            about.source().orElse(""),
            about.patient().orElse(""),
            about.weight() == 1 ? "" : Double.toString(about.weight()));
    lines.add(
        Stream.of(before, labels, after, extra.stream())
            .flatMap(part -> part)
            .map(DatasetWriter::quoted)
            .collect(Collectors.joining(",")));
    return "images/" + file;
  }

  /**
   * Writes a further mask, for a column of one's own.
   *
   * @param kind the folder that it goes into
   * @param name its file, ending in .png
   * @param size the mask's size
   * @param mask true for foreground, row after row
   * @return its path, or an empty text when nothing is foreground and nothing was written
   * @throws IOException if the folder cannot be written
   */
  public String mask(String kind, String name, ImageSize size, boolean[] mask) throws IOException {
    boolean any = false;
    for (boolean cell : mask) {
      any |= cell;
    }
    if (!any) {
      return "";
    }
    png(picture(size, mask), folder.resolve(kind).resolve(name));
    return kind + "/" + name;
  }

  private static String value(String label, Sample about) {
    return about.uncertain().contains(label) ? "-1" : about.labels().contains(label) ? "1" : "0";
  }

  private String unused(String name) {
    String safe = name.replace('#', '-');
    String file = safe.replaceFirst("[.][A-Za-z0-9]+$", "") + ".png";
    if (!names.add(file)) {
      file = safe + ".png";
      for (int i = 2; !names.add(file); i++) {
        file = safe + "-" + i + ".png";
      }
    }
    return file;
  }

  /**
   * Writes the labels file.
   *
   * @throws IOException if the folder cannot be written
   */
  public void finish() throws IOException {
    Stream<String> labels =
        classColumns
            .map(classes -> classes.stream().map(label -> "label:" + label))
            .orElse(Stream.of("label"));
    String header =
        Stream.of(
                Stream.of("file"),
                labels,
                Stream.of("mask", "split", "source", "patient", "weight"),
                extraColumns.stream())
            .flatMap(part -> part)
            .map(DatasetWriter::quoted)
            .collect(Collectors.joining(","));
    lines.add(0, header);
    Files.createDirectories(folder);
    Files.write(folder.resolve(DatasetManifest.LABELS_FILE), lines, StandardCharsets.UTF_8);
  }

  /** A field as {@link CsvReader} reads it back. */
  static String quoted(String field) {
    boolean plain = field.equals(field.strip()) && !field.matches("(?s).*[,\"\r\n].*");
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }

  private static BufferedImage picture(Pixels pixels, boolean deep) {
    ImageSize size = pixels.size();
    boolean grey = size.channels() == 1;
    int white = deep && grey ? 65535 : 255;
    BufferedImage picture =
        new BufferedImage(
            size.width(),
            size.height(),
            !grey
                ? BufferedImage.TYPE_INT_RGB
                : deep ? BufferedImage.TYPE_USHORT_GRAY : BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < pixels.image().length; i++) {
      int at = i % size.area();
      picture
          .getRaster()
          .setSample(
              at % size.width(),
              at / size.width(),
              i / size.area(),
              Math.round(pixels.image()[i] * white));
    }
    return picture;
  }

  static BufferedImage picture(ImageSize size, boolean[] mask) {
    BufferedImage picture =
        new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < mask.length; i++) {
      picture.getRaster().setSample(i % size.width(), i / size.width(), 0, mask[i] ? 255 : 0);
    }
    return picture;
  }

  private static void png(BufferedImage picture, Path path) throws IOException {
    Files.createDirectories(path.getParent());
    // Given a File, ImageIO would print the stack trace of a folder that cannot be written.
    try (OutputStream out = Files.newOutputStream(path)) {
      ImageIO.write(picture, "png", out);
    }
  }
}

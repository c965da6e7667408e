package dev.isnet.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;

/**
 * Fills the masks that a data set lacks, in its own folder: PNG masks of 0 and 255 in their images'
 * size, and then, in one step, a labels file that names them. Nothing that was there is changed but
 * the empty mask fields of the labels file, whose old text is kept. A run that was interrupted goes
 * on where it was.
 *
 * <p>In {@value #FOLDER}: the masks, under their images' names ({@code images/1.jpg} → {@code
 * made-masks/images/1.jpg.png}); {@value #RECORD}, which says what made each mask; and the labels
 * file as it was. In a folder for each class the masks go where that layout expects them, {@code
 * masks/…}, and there is no labels file to be changed.
 */
public final class MissingMasks {
  /** The folder of everything that is made, in the data set's folder. */
  public static final String FOLDER = "made-masks";

  /** The record, in that folder. */
  public static final String RECORD = "record.csv";

  /**
   * What was done.
   *
   * @param had images that had a mask already
   * @param made images that have one now
   * @param empty names of images in which no foreground was found and which still have none
   */
  public record Summary(int had, int made, List<String> empty) {}

  private final DatasetManifest manifest;
  private final MaskMaker maker;
  private final String segmenter;
  private final double threshold;
  private final boolean hasLabelsFile;
  private final Map<Sample, Path> targets = new LinkedHashMap<>(); // of the images without masks

  /**
   * Plans the masks of the images that have none.
   *
   * @param manifest the data set
   * @param model says where the foreground is
   * @param segmenter the SHA-256 of what the model was read from, for the record
   * @param threshold the probability above which a pixel is foreground, 0 to below 1
   * @throws InputException if masks are missing where none can be added, or two images would get
   *     the same
   */
  public MissingMasks(
      DatasetManifest manifest, ForegroundModel model, String segmenter, double threshold) {
    this.manifest = manifest;
    this.maker = new MaskMaker(manifest, model, threshold);
    this.segmenter = segmenter;
    this.threshold = threshold;
    this.hasLabelsFile = !manifest.labelsFile().equals(manifest.root());
    Map<Path, Sample> taken = new HashMap<>();
    for (Sample sample : manifest.samples()) {
      if (sample.masks().isEmpty()) {
        Path target = target(sample);
        Sample other = taken.put(target, sample);
        if (other != null) {
          throw new InputException(
              "The images '%s' and '%s' would have the same mask '%s'; rename one of them."
                  .formatted(manifest.nameOf(other), manifest.nameOf(sample), relative(target)));
        }
        targets.put(sample, target);
      }
    }
    if (!targets.isEmpty() && manifest.labelsFile().toString().endsWith(".json")) {
      throw new InputException(
          "%s has %d images without a mask, but masks cannot be added to COCO annotations; write a labels.csv for them."
              .formatted(manifest.labelsFile(), targets.size()));
    }
  }

  private Path target(Sample sample) {
    Path image = manifest.root().relativize(sample.image());
    String name = image.getFileName().toString();
    if (!hasLabelsFile) {
      String stem = name.replaceFirst("[.][^.]*$", "");
      return manifest.root().resolve("masks").resolve(image).resolveSibling(stem + ".png");
    }
    String file = relative(sample.image()).replace('|', '-'); // which separates several masks
    return manifest.root().resolve(FOLDER).resolve(name.endsWith(".png") ? file : file + ".png");
  }

  /**
   * How many images have no mask.
   *
   * @return images that {@link #fill} will look at
   */
  public int missing() {
    return targets.size();
  }

  /**
   * Makes them.
   *
   * @param progress is told how many of the missing masks are done
   * @return what was done
   * @throws InputException if an image cannot be read, a file is in the way, an earlier run with
   *     another segmenter was not finished, or another process is at work; the labels file is then
   *     as it was
   * @throws UncheckedIOException if something cannot be written
   */
  public Summary fill(DatasetCheck.Progress progress) {
    int had = manifest.samples().size() - targets.size();
    if (targets.isEmpty()) {
      return new Summary(had, 0, List.of());
    }
    Path file = manifest.root().resolve(FOLDER).resolve(RECORD);
    if (!Files.exists(file)) { // then nothing may be there, and nothing is left behind
      targets.values().forEach(MissingMasks::requireFree);
    }
    try (MaskRecord record = MaskRecord.open(file)) {
      Optional<String> labels = hasLabelsFile ? Optional.of(labels()) : Optional.empty();
      for (Map.Entry<Sample, Path> each : targets.entrySet()) {
        requireFree(each.getValue(), record.about(manifest.nameOf(each.getKey())));
      }
      Map<Integer, String> made = new HashMap<>(); // by line of the labels file
      List<String> empty = new ArrayList<>();
      int done = 0;
      for (Map.Entry<Sample, Path> each : targets.entrySet()) {
        Sample sample = each.getKey();
        MaskRecord.Line line = make(sample, each.getValue(), record);
        if (line.mask().isEmpty()) {
          empty.add(line.file());
        } else {
          made.put(sample.line(), line.mask());
        }
        progress.at(++done, targets.size());
      }
      if (labels.isPresent() && !made.isEmpty()) {
        name(made, labels.get());
      }
      return new Summary(had, targets.size() - empty.size(), List.copyOf(empty));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireFree(Path target) {
    if (Files.exists(target)) {
      throw new InputException(
          "There is a file '%s' already where a mask would be written; move it away, or name it as the mask of its image."
              .formatted(target));
    }
  }

  /** Whatever is there must be what an interrupted run of the same kind made. */
  private void requireFree(Path target, Optional<MaskRecord.Line> line) throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    if (line.isEmpty()
        || !line.get().mask().equals(relative(target))
        || !line.get().sha256().equals(sha256(Files.readAllBytes(target)))) {
      requireFree(target);
    }
    if (!line.get().segmenter().equals(segmenter) || line.get().threshold() != threshold) {
      throw new InputException(
          "The masks in '%s' were begun with another segmenter (%s…, threshold %s) and not finished; finish with that one, or delete the folder."
              .formatted(
                  manifest.root().resolve(FOLDER),
                  line.get()
                      .segmenter()
                      .substring(0, Math.min(12, line.get().segmenter().length())),
                  line.get().threshold()));
    }
  }

  private MaskRecord.Line make(Sample sample, Path target, MaskRecord record) throws IOException {
    String file = manifest.nameOf(sample);
    if (Files.exists(target)) {
      return record.about(file).orElseThrow();
    }
    MaskMaker.Made mask = maker.make(sample);
    if (mask.share() == 0) {
      MaskRecord.Line line = new MaskRecord.Line(file, "", "", segmenter, threshold, 0);
      if (!record.about(file).equals(Optional.of(line))) {
        record.add(line);
      }
      return line;
    }
    byte[] png = png(mask);
    MaskRecord.Line line =
        new MaskRecord.Line(
            file, relative(target), sha256(png), segmenter, threshold, mask.share());
    record.add(line);
    AtomicFile.write(target, part -> Files.write(part, png));
    return line;
  }

  private static byte[] png(MaskMaker.Made mask) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(DatasetWriter.picture(mask.size(), mask.foreground()), "png", bytes);
    return bytes.toByteArray();
  }

  private String labels() throws IOException {
    return Files.readString(manifest.labelsFile(), StandardCharsets.UTF_8);
  }

  /** Names the masks in the labels file, everything else of which stays. */
  private void name(Map<Integer, String> made, String before) throws IOException {
    Path file = manifest.labelsFile();
    if (!labels().equals(before)) {
      throw new InputException(
          "%s was changed while masks were made; call the same command again, the masks are kept."
              .formatted(file));
    }
    Path kept = manifest.root().resolve(FOLDER).resolve("before-" + file.getFileName());
    if (!Files.exists(kept)) {
      AtomicFile.write(kept, part -> Files.writeString(part, before));
    }
    List<CsvReader.Row> rows = CsvReader.rows(before, file.toString());
    int column = rows.get(0).fields().indexOf("mask");
    List<String> lines = new ArrayList<>();
    for (CsvReader.Row row : rows) {
      List<String> fields = new ArrayList<>(row.fields());
      Optional.ofNullable(made.get(row.line())).ifPresent(mask -> fields.set(column, mask));
      lines.add(String.join(",", fields.stream().map(DatasetWriter::quoted).toList()));
    }
    AtomicFile.write(file, part -> Files.write(part, lines, StandardCharsets.UTF_8));
  }

  private String relative(Path path) {
    return manifest.root().relativize(path).toString().replace('\\', '/');
  }

  /**
   * The SHA-256 of a file's contents.
   *
   * @param bytes the contents
   * @return 64 hexadecimal digits
   */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}

package dev.isnet.data;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Parses a labels file. Problems of the header and of single fields go to a consumer, which decides
 * whether to throw (reading) or to collect (checking); problems with the file as a whole are
 * thrown.
 */
final class LabelsFile {
  private static final String EXPECTED = "expected 'file,label,mask,split' and optionally 'source'";
  private static final String LABEL_COLUMN = "label:";
  private static final String MASK_COLUMN = "mask:";
  private static final double LARGEST_WEIGHT = 1e6;
  private static final long MOST_BYTES = 1L << 27;

  private final InsideFolder folder;
  private final String name;
  private final Splits splits;
  private final Consumer<String> problems;
  private final Map<String, Integer> columns = new HashMap<>();
  private final Map<String, Integer> classColumns = new TreeMap<>();
  private final Map<String, Integer> maskColumns = new TreeMap<>();
  private final Map<Path, Integer> lineOfImage = new HashMap<>();
  private final List<Sample> samples = new ArrayList<>();
  private int columnCount;

  /** Whether the images' splits must be in the file; without them all are training images. */
  enum Splits {
    /** For every image. */
    NEEDED,
    /** For every image, if there is a column for them. */
    IF_ANY,
    /** For none, because they are made afterwards. */
    MADE
  }

  private LabelsFile(InsideFolder folder, String name, Splits splits, Consumer<String> problems) {
    this.folder = folder;
    this.name = name;
    this.splits = splits;
    this.problems = problems;
  }

  /**
   * Parses a file.
   *
   * @param splits whether the splits must be there
   */
  static DatasetManifest parse(
      InsideFolder folder, String name, Splits splits, Consumer<String> problems) {
    LabelsFile file = new LabelsFile(folder, name, splits, problems);
    Path path = folder.labelsFile(name);
    file.read(path);
    List<String> classes =
        file.classColumns.isEmpty()
            ? DatasetManifest.classesOf(file.samples)
            : List.copyOf(file.classColumns.keySet());
    return new DatasetManifest(folder.root(), path, classes, file.samples, Reading.standard());
  }

  private void read(Path path) {
    List<CsvReader.Row> rows = CsvReader.rows(text(path), name);
    if (rows.isEmpty()) {
      throw new InputException("%s is empty; %s.".formatted(path, EXPECTED));
    }
    if (!header(rows.get(0))) {
      return; // without images or labels no line can be read
    }
    if (rows.size() == 1) {
      throw new InputException(
          "%s has a header but names no image; add a line for each image.".formatted(path));
    }
    for (CsvReader.Row row : rows.subList(1, rows.size())) {
      sample(row).ifPresent(samples::add);
    }
  }

  private static String text(Path path) {
    try {
      if (Files.size(path) > MOST_BYTES) {
        throw new InputException(
            "%s has %d bytes, more than the %d that a labels file may have."
                .formatted(path, Files.size(path), MOST_BYTES));
      }
      return Files.readString(path, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      throw new InputException(
          "%s is not text in UTF-8; save it in that encoding.".formatted(path), e);
    } catch (IOException e) {
      throw new InputException("%s cannot be read (%s).".formatted(path, FileFailure.reason(e)), e);
    }
  }

  /** Whether the lines can be read. */
  private boolean header(CsvReader.Row row) {
    for (int i = 0; i < row.fields().size(); i++) {
      String column = row.fields().get(i);
      if (columns.putIfAbsent(column, i) != null) {
        problems.accept(
            "%s, line %d: the column '%s' occurs twice; %s."
                .formatted(name, row.line(), column, EXPECTED));
      }
      if (column.startsWith(LABEL_COLUMN) && column.length() > LABEL_COLUMN.length()) {
        classColumns.put(column.substring(LABEL_COLUMN.length()).strip(), i);
      }
      if (column.startsWith(MASK_COLUMN) && column.length() > MASK_COLUMN.length()) {
        maskColumns.put(column.substring(MASK_COLUMN.length()).strip(), i);
      }
    }
    columnCount = row.fields().size();
    List<String> needed = new ArrayList<>(List.of("file", "mask"));
    if (classColumns.isEmpty()) {
      needed.add(1, "label");
    } else if (columns.containsKey("label")) {
      problems.accept(
          "%s, line %d: the header has both a column 'label' and columns '%s…'; keep one kind."
              .formatted(name, row.line(), LABEL_COLUMN));
    }
    if (splits == Splits.NEEDED) {
      needed.add("split");
    }
    for (String column : needed) {
      if (!columns.containsKey(column)) {
        problems.accept(
            "%s, line %d: the header has no column '%s' (found '%s'); %s."
                .formatted(name, row.line(), column, String.join(",", row.fields()), EXPECTED));
      }
    }
    return columns.containsKey("file") && (columns.containsKey("label") || !classColumns.isEmpty());
  }

  /** An image with whatever of its line is right; nothing without its file or its labels. */
  private Optional<Sample> sample(CsvReader.Row row) {
    if (row.fields().size() != columnCount) {
      problems.accept(
          "%s, line %d: found %d fields, expected %d as in the header; put fields that hold commas"
                  .formatted(name, row.line(), row.fields().size(), columnCount)
              + " in quotes.");
      return Optional.empty();
    }
    List<String> uncertain = new ArrayList<>();
    Optional<List<String>> labels =
        attempt(() -> classColumns.isEmpty() ? labels(row) : findings(row, uncertain));
    Optional<Split> split = attempt(() -> split(row));
    Optional<Path> image = attempt(() -> folder.file(place(row, "file"), required(row, "file")));
    Integer before = image.map(path -> lineOfImage.putIfAbsent(path, row.line())).orElse(null);
    if (before != null) {
      problems.accept(
          "%s, line %d, column file: '%s' is already named in line %d; remove one of the lines."
              .formatted(name, row.line(), field(row, "file"), before));
    }
    List<MaskSource> masks = masks(row);
    Optional<Double> weight = attempt(() -> weight(row));
    if (labels.isEmpty() || image.isEmpty() || split.isEmpty() || before != null) {
      return Optional.empty();
    }
    return Optional.of(
        new Sample(
            image.get(),
            0,
            masks,
            labels.get(),
            uncertain,
            split.get(),
            optional(row, "source"),
            optional(row, "patient"),
            weight.orElse(1.0),
            row.line()));
  }

  private <T> Optional<T> attempt(Supplier<T> part) {
    try {
      return Optional.of(part.get());
    } catch (InputException e) {
      problems.accept(e.getMessage());
      return Optional.empty();
    }
  }

  /** One label, or several separated by {@code |}. */
  private List<String> labels(CsvReader.Row row) {
    List<String> labels = new ArrayList<>();
    for (String label : required(row, "label").split("\\|", -1)) {
      String stripped = label.strip();
      if (stripped.isEmpty() || labels.contains(stripped)) {
        throw new InputException(
            "%s: found '%s', expected different labels with a '|' between them."
                .formatted(place(row, "label"), field(row, "label")));
      }
      labels.add(stripped);
    }
    return labels;
  }

  /** A column for each class with 1, 0, −1 for uncertain, or nothing, as CheXpert has them. */
  private List<String> findings(CsvReader.Row row, List<String> uncertain) {
    List<String> labels = new ArrayList<>();
    classColumns.forEach(
        (label, column) -> {
          switch (row.fields().get(column)) {
            case "1", "1.0" -> labels.add(label);
            case "-1", "-1.0" -> uncertain.add(label);
            case "0", "0.0", "" -> {
              // absent
            }
            default ->
                throw new InputException(
                    "%s: found '%s', expected 1, 0, -1 (uncertain) or nothing."
                        .formatted(place(row, LABEL_COLUMN + label), row.fields().get(column)));
          }
        });
    return labels;
  }

  /** The masks of all classes, and those of single ones. */
  private List<MaskSource> masks(CsvReader.Row row) {
    List<MaskSource> masks = new ArrayList<>();
    if (columns.containsKey("mask")) {
      masks.addAll(masks(row, "mask", columns.get("mask")));
    }
    maskColumns.forEach(
        (label, column) ->
            masks(row, MASK_COLUMN + label, column)
                .forEach(mask -> masks.add(new MaskSource.OfClass(label, mask))));
    return masks;
  }

  /** Nothing, one file, or several separated by {@code |} that add up. */
  private List<MaskSource> masks(CsvReader.Row row, String name, int column) {
    String field = row.fields().get(column);
    List<MaskSource> masks = new ArrayList<>();
    if (!field.isEmpty()) {
      for (String file : field.split("\\|", -1)) {
        attempt(() -> folder.file(place(row, name), file.strip()))
            .ifPresent(path -> masks.add(new MaskSource.MaskFile(path)));
      }
    }
    return masks;
  }

  private double weight(CsvReader.Row row) {
    Optional<String> text = optional(row, "weight");
    if (text.isEmpty()) {
      return 1;
    }
    try {
      double weight = Double.parseDouble(text.get());
      if (weight >= 0 && weight <= LARGEST_WEIGHT) {
        return weight;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number out of range.
    }
    throw new InputException(
        "%s: found '%s', expected a number from 0 to %.0f."
            .formatted(place(row, "weight"), text.get(), LARGEST_WEIGHT));
  }

  private String place(CsvReader.Row row, String column) {
    return "%s, line %d, column %s".formatted(name, row.line(), column);
  }

  private String field(CsvReader.Row row, String column) {
    return row.fields().get(columns.get(column));
  }

  private Optional<String> optional(CsvReader.Row row, String column) {
    return Optional.ofNullable(columns.get(column))
        .map(row.fields()::get)
        .filter(value -> !value.isEmpty());
  }

  private String required(CsvReader.Row row, String column) {
    String value = field(row, column);
    if (value.isEmpty()) {
      throw new InputException(
          "%s: found nothing, expected %s."
              .formatted(
                  place(row, column),
                  column.equals("file") ? "the path of an image" : "the name of a class"));
    }
    return value;
  }

  private Split split(CsvReader.Row row) {
    if (!columns.containsKey("split")) {
      return Split.TRAIN;
    }
    String value = field(row, "split");
    if (value.isEmpty() && splits == Splits.MADE) {
      return Split.TRAIN;
    }
    try {
      return Split.of(value);
    } catch (InputException e) {
      throw new InputException(
          "%s: found '%s', expected 'train', 'val' or 'test'."
              .formatted(place(row, "split"), value),
          e);
    }
  }
}

package dev.isnet.data;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Parses a labels file. Problems of single lines go to a consumer, which decides whether to throw
 * (reading) or to collect (checking); problems with the file as a whole are thrown.
 */
final class LabelsFile {
  private static final String EXPECTED = "expected 'file,label,mask,split' and optionally 'source'";

  private final Path root;
  private final String name;
  private final Consumer<String> problems;
  private final Map<String, Integer> columns = new HashMap<>();
  private final Map<Path, Integer> lineOfImage = new HashMap<>();
  private final List<Sample> samples = new ArrayList<>();

  private LabelsFile(Path root, String name, Consumer<String> problems) {
    this.root = root;
    this.name = name;
    this.problems = problems;
  }

  static DatasetManifest parse(Path folder, String name, Consumer<String> problems) {
    if (!Files.isDirectory(folder)) {
      throw new InputException(
          "The data set folder '%s' does not exist%s; name the folder that holds %s."
              .formatted(folder, Files.exists(folder) ? " as a folder" : "", name));
    }
    Path root = folder.toAbsolutePath().normalize();
    LabelsFile file = new LabelsFile(root, name, problems);
    Path path = file.resolveLabels(folder);
    file.read(path);
    return new DatasetManifest(root, path, DatasetManifest.classesOf(file.samples), file.samples);
  }

  private Path resolveLabels(Path folder) {
    Path path = root.resolve(name).normalize();
    if (!path.startsWith(root)) {
      throw new InputException(
          "The labels file '%s' lies outside the data set folder '%s'; put it into the folder."
              .formatted(name, folder));
    }
    if (!Files.isRegularFile(path)) {
      throw new InputException(
          "The data set folder '%s' holds no file '%s'; write one with the header"
                  .formatted(folder, name)
              + " 'file,label,mask,split' and a line for each image.");
    }
    return path;
  }

  private void read(Path path) {
    List<CsvReader.Row> rows = CsvReader.rows(text(path), name);
    if (rows.isEmpty()) {
      throw new InputException("%s is empty; %s.".formatted(path, EXPECTED));
    }
    header(rows.get(0));
    if (rows.size() == 1) {
      throw new InputException(
          "%s has a header but names no image; add a line for each image.".formatted(path));
    }
    for (CsvReader.Row row : rows.subList(1, rows.size())) {
      try {
        samples.add(sample(row));
      } catch (InputException e) {
        problems.accept(e.getMessage());
      }
    }
  }

  private static String text(Path path) {
    try {
      return Files.readString(path, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      throw new InputException(
          "%s is not text in UTF-8; save it in that encoding.".formatted(path), e);
    } catch (IOException e) {
      throw new InputException("%s cannot be read (%s).".formatted(path, FileFailure.reason(e)), e);
    }
  }

  private void header(CsvReader.Row row) {
    for (int i = 0; i < row.fields().size(); i++) {
      if (columns.put(row.fields().get(i), i) != null) {
        throw new InputException(
            "%s, line %d: the column '%s' occurs twice; %s."
                .formatted(name, row.line(), row.fields().get(i), EXPECTED));
      }
    }
    for (String column : List.of("file", "label", "mask", "split")) {
      if (!columns.containsKey(column)) {
        throw new InputException(
            "%s, line %d: the header has no column '%s' (found '%s'); %s."
                .formatted(name, row.line(), column, String.join(",", row.fields()), EXPECTED));
      }
    }
  }

  private Sample sample(CsvReader.Row row) {
    if (row.fields().size() != columns.size()) {
      throw new InputException(
          "%s, line %d: found %d fields, expected %d as in the header; put fields that hold commas"
                  .formatted(name, row.line(), row.fields().size(), columns.size())
              + " in quotes.");
    }
    String label = required(row, "label");
    if (label.indexOf('|') >= 0) {
      throw new InputException(
          "%s, line %d, column label: found the several labels '%s', expected one label."
              .formatted(name, row.line(), label));
    }
    Split split = split(row);
    Path image = file(row, "file", required(row, "file"));
    Integer before = lineOfImage.putIfAbsent(image, row.line());
    if (before != null) {
      throw new InputException(
          "%s, line %d, column file: '%s' is already named in line %d; remove one of the lines."
              .formatted(name, row.line(), field(row, "file"), before));
    }
    String mask = field(row, "mask");
    Optional<Path> maskFile =
        mask.isEmpty() ? Optional.empty() : Optional.of(file(row, "mask", mask));
    Optional<String> source =
        Optional.ofNullable(columns.get("source"))
            .map(row.fields()::get)
            .filter(value -> !value.isEmpty());
    return new Sample(image, maskFile, label, split, source, row.line());
  }

  private String field(CsvReader.Row row, String column) {
    return row.fields().get(columns.get(column));
  }

  private String required(CsvReader.Row row, String column) {
    String value = field(row, column);
    if (value.isEmpty()) {
      throw new InputException(
          "%s, line %d, column %s: found nothing, expected %s."
              .formatted(
                  name,
                  row.line(),
                  column,
                  column.equals("file") ? "the path of an image" : "the name of a class"));
    }
    return value;
  }

  private Split split(CsvReader.Row row) {
    String value = field(row, "split");
    try {
      return Split.of(value);
    } catch (InputException e) {
      throw new InputException(
          "%s, line %d, column split: found '%s', expected 'train', 'val' or 'test'."
              .formatted(name, row.line(), value),
          e);
    }
  }

  private Path file(CsvReader.Row row, String column, String value) {
    Path path;
    try {
      path = root.resolve(value).normalize();
    } catch (InvalidPathException e) {
      throw new InputException(
          "%s, line %d, column %s: found '%s', which is not a valid path."
              .formatted(name, row.line(), column, value),
          e);
    }
    // Only the written path is judged: links inside the folder are the owner's own choice.
    if (Path.of(value).isAbsolute() || !path.startsWith(root)) {
      throw new InputException(
          "%s, line %d, column %s: '%s' leaves the data set folder; expected a path inside it."
              .formatted(name, row.line(), column, value));
    }
    if (!Files.isRegularFile(path)) {
      throw new InputException(
          "%s, line %d, column %s: there is no file '%s' in the data set folder '%s'."
              .formatted(name, row.line(), column, value, root));
    }
    return path;
  }
}

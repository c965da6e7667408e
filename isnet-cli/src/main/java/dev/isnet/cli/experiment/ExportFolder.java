package dev.isnet.cli.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isnet.data.InputException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The folder of an export: what it was made with, and what is finished. */
final class ExportFolder {
  static final String HEADER =
      "schemaVersion,file,label,predicted,probability,backgroundShare,maps,overlays";

  private final Path folder;

  ExportFolder(Path folder) {
    this.folder = folder;
  }

  /** One finished image. */
  record Line(
      String file,
      String label,
      String predicted,
      double probability,
      Optional<Double> backgroundShare,
      String maps,
      String overlays) {

    String csv() {
      return String.join(
          ",",
          Schemas.VERSION,
          Csv.cell(file),
          Csv.cell(label),
          Csv.cell(predicted),
          number(probability),
          backgroundShare.map(Line::number).orElse(""),
          Csv.cell(maps),
          Csv.cell(overlays));
    }

    private static String number(double value) {
      return String.format(Locale.ROOT, "%.6g", value);
    }
  }

  Path indexFile() {
    return folder.resolve("index.csv");
  }

  private Path settingsFile() {
    return folder.resolve("explain.json");
  }

  /** Makes the folder, or looks whether it was made with the same settings. */
  void claim(Map<String, String> settings) throws IOException {
    if (!Files.exists(settingsFile())) {
      requireEmpty();
      Map<String, Object> root = new LinkedHashMap<>(Schemas.head("explain"));
      root.put("settings", new TreeMap<>(settings));
      root.put("versions", Versions.asMap());
      MetricsJson.write(settingsFile(), root);
      return;
    }
    JsonNode before = settingsJson().path("settings");
    for (Map.Entry<String, String> now : new TreeMap<>(settings).entrySet()) {
      String then = before.path(now.getKey()).asText();
      if (!then.equals(now.getValue())) {
        throw new InputException(
            "The folder %s holds heatmaps made with %s; choose another --out, or delete the folder."
                .formatted(folder, difference(now.getKey(), then, now.getValue())));
      }
    }
  }

  private static String difference(String key, String then, String now) {
    return key.equals("model")
        ? "another model (SHA-256 %.12s…, but now it is %.12s…)".formatted(then, now)
        : "'%s' %s, but now it is %s".formatted(key, then, now);
  }

  private void requireEmpty() throws IOException {
    if (Files.exists(folder)) {
      if (!Files.isDirectory(folder)) {
        throw new InputException("--out is %s, which is no folder.".formatted(folder));
      }
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw new InputException(
              "The folder %s is not empty and holds no heatmaps; choose another --out."
                  .formatted(folder));
        }
      }
    }
  }

  Optional<Double> scale() throws IOException {
    JsonNode scale = settingsJson().path("scale");
    return scale.isNumber() ? Optional.of(scale.doubleValue()) : Optional.empty();
  }

  void keepScale(double scale) throws IOException {
    Map<String, Object> root = new LinkedHashMap<>();
    settingsJson().properties().forEach(entry -> root.put(entry.getKey(), entry.getValue()));
    root.put("scale", scale);
    MetricsJson.write(settingsFile(), root);
  }

  private JsonNode settingsJson() throws IOException {
    try {
      return new ObjectMapper().readTree(Files.readString(settingsFile()));
    } catch (JsonProcessingException e) {
      throw new InputException(
          "The file %s is not what isnet explain wrote; delete the folder and start again."
              .formatted(settingsFile()),
          e);
    }
  }

  /** The files that have a line. A line that a crash cut off is taken away. */
  Set<String> finished() throws IOException {
    Set<String> finished = new HashSet<>();
    if (!Files.exists(indexFile())) {
      return finished;
    }
    String text = Files.readString(indexFile());
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    if (!whole.equals(text)) {
      Files.writeString(indexFile(), whole);
    }
    List<String> lines = new ArrayList<>(whole.lines().toList());
    if (!lines.isEmpty() && !lines.remove(0).equals(HEADER)) {
      throw new InputException(
          "The file %s is not what this version of isnet explain writes; choose another --out, or delete the folder."
              .formatted(indexFile()));
    }
    lines.forEach(line -> finished.add(Csv.cells(line).get(1)));
    return finished;
  }

  Index index() throws IOException {
    return new Index(indexFile());
  }

  /** Adds lines, each for an image whose files are in place. */
  static final class Index implements AutoCloseable {
    private final BufferedWriter out;

    private Index(Path file) throws IOException {
      boolean isNew = !Files.exists(file) || Files.size(file) == 0;
      out =
          Files.newBufferedWriter(
              file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      if (isNew) {
        out.write(HEADER + "\n");
        out.flush();
      }
    }

    void add(Line line) throws IOException {
      out.write(line.csv() + "\n");
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}

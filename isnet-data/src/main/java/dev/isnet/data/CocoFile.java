package dev.isnet.data;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Annotations in COCO's JSON: an image has the classes of its annotations, and their polygons or
 * run lengths, or boxes where there are neither, are its foreground. Read as a stream, one
 * annotation at a time, because such files reach half a gigabyte.
 */
final class CocoFile {
  /** What a name stands for that is to be read once for each split. */
  static final String SPLIT = "{split}";

  /** The entries of {@code images} that matter here. */
  private record Picture(long id, String file, int height, int width, int line) {}

  /** What the annotations of one category mark in one image. */
  private record Marks(List<double[]> outlines, List<RunLengths> runs, int line) {}

  private final InsideFolder folder;
  private final String name;
  private final Map<Long, Picture> pictures = new LinkedHashMap<>();

  /** For each image what is marked for each of its categories. */
  private final Map<Long, SortedMap<Long, Marks>> marks = new LinkedHashMap<>();

  private final Map<Long, String> categories = new HashMap<>();

  private final Consumer<String> problems;

  private CocoFile(InsideFolder folder, String name, Consumer<String> problems) {
    this.folder = folder;
    this.name = name;
    this.problems = problems;
  }

  /**
   * Reads a file, or one for each split that has one.
   *
   * @param name the file's name; {@code {split}} in it stands for train, val and test. Without it
   *     all images count as training images
   * @param problems is told every mistake but those after which a file cannot be read on
   */
  static DatasetManifest read(InsideFolder folder, String name, Consumer<String> problems) {
    List<Sample> samples = new ArrayList<>();
    if (name.contains(SPLIT)) {
      for (Split split : Split.values()) {
        String each = name.replace(SPLIT, split.toString());
        if (split == Split.TRAIN || Files.exists(folder.root().resolve(each))) {
          samples.addAll(new CocoFile(folder, each, problems).readOn(split));
        }
      }
    } else {
      samples.addAll(new CocoFile(folder, name, problems).readOn(Split.TRAIN));
    }
    Path path = folder.root().resolve(name);
    return new DatasetManifest(
        folder.root(), path, DatasetManifest.classesOf(samples), samples, Reading.standard());
  }

  /** What could be read, whatever comes in between. */
  private List<Sample> readOn(Split split) {
    attempt(this::parse);
    marks.forEach(
        (id, byCategory) -> {
          if (!pictures.containsKey(id)) {
            problems.accept(
                "%s, line %d: an annotation belongs to the image %d, which is not among its images."
                    .formatted(name, byCategory.values().iterator().next().line, id));
          }
        });
    List<Sample> samples = new ArrayList<>();
    for (Picture picture : pictures.values()) {
      attempt(() -> samples.add(sample(picture, split)));
    }
    return samples;
  }

  private void attempt(Runnable reading) {
    try {
      reading.run();
    } catch (InputException e) {
      problems.accept(e.getMessage());
    }
  }

  private void parse() {
    Path path = folder.labelsFile(name);
    try (JsonParser parser = new ObjectMapper().createParser(path.toFile())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InputException(
            "%s: expected a JSON object with images, annotations and categories.".formatted(name));
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "images" -> each(parser, field, this::image);
          case "annotations" -> each(parser, field, this::annotation);
          case "categories" ->
              each(
                  parser,
                  field,
                  (node, line) ->
                      categories.put(whole(node, "id", line), text(node, "name", line)));
          default -> parser.skipChildren();
        }
      }
    } catch (JsonParseException e) {
      throw new InputException(
          "%s, line %d: not valid JSON (%s)."
              .formatted(name, e.getLocation().getLineNr(), e.getOriginalMessage().strip()),
          e);
    } catch (IOException e) {
      throw new InputException(
          "Cannot read %s (%s: %s).".formatted(path, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  private Sample sample(Picture picture, Split split) {
    String place = "%s, line %d, image %d".formatted(name, picture.line, picture.id);
    String inImages = "images/" + picture.file;
    boolean beside = folder.holds(picture.file) || !folder.holds(inImages);
    Path file = folder.file(place, beside ? picture.file : inImages);
    SortedMap<Long, Marks> found = marks.getOrDefault(picture.id, new TreeMap<>());
    List<String> labels = new ArrayList<>();
    List<MaskSource> masks = new ArrayList<>();
    found.forEach(
        (category, marked) -> {
          String label = categories.get(category);
          if (label == null) {
            problems.accept(
                "%s has the category %d, which is not among the file's categories."
                    .formatted(place, category));
            return;
          }
          labels.add(label);
          for (MaskSource mask : sources(marked, picture, place)) {
            // What a single category marks is the foreground of all.
            masks.add(found.size() > 1 ? new MaskSource.OfClass(label, mask) : mask);
          }
        });
    return new Sample(
        file, 0, masks, labels, List.of(), split, Optional.empty(), Optional.empty(), 1, 0);
  }

  private List<MaskSource> sources(Marks marked, Picture picture, String place) {
    List<MaskSource> sources = new ArrayList<>();
    if (!marked.outlines.isEmpty()) {
      sources.add(new MaskSource.Outlines(marked.outlines, picture.height, picture.width));
    }
    for (RunLengths runs : marked.runs) {
      if (runs.height() != picture.height || runs.width() != picture.width) {
        problems.accept(
            "%s has %d x %d pixels (height x width), but the run lengths of an annotation are for %d x %d."
                .formatted(place, picture.height, picture.width, runs.height(), runs.width()));
      } else {
        sources.add(new MaskSource.Runs(runs.counts(), runs.height(), runs.width()));
      }
    }
    return sources;
  }

  /** What is done with one element of a list. */
  private interface Element {
    void read(JsonNode node, int line);
  }

  private void each(JsonParser parser, String field, Element element) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new InputException(
          "%s, line %d: '%s' is not a list."
              .formatted(name, parser.currentTokenLocation().getLineNr(), field));
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      int line = parser.currentTokenLocation().getLineNr();
      JsonNode node = parser.readValueAsTree();
      attempt(() -> element.read(node, line));
    }
  }

  private void image(JsonNode node, int line) {
    Picture picture =
        new Picture(
            whole(node, "id", line),
            text(node, "file_name", line),
            (int) whole(node, "height", line),
            (int) whole(node, "width", line),
            line);
    // How much an experiment allows is asked of the image itself, whose size must be this one.
    boolean possible =
        picture.height > 0
            && picture.width > 0
            && (long) picture.height * picture.width <= Reading.MOST_PIXELS;
    if (!possible || pictures.putIfAbsent(picture.id, picture) != null) {
      throw new InputException(
          "%s, line %d: the image %d %s."
              .formatted(
                  name,
                  line,
                  picture.id,
                  possible
                      ? "occurs twice"
                      : "has the size %d x %d, which no picture has"
                          .formatted(picture.height, picture.width)));
    }
  }

  private void annotation(JsonNode node, int line) {
    Marks marked =
        marks
            .computeIfAbsent(whole(node, "image_id", line), id -> new TreeMap<>())
            .computeIfAbsent(
                whole(node, "category_id", line),
                id -> new Marks(new ArrayList<>(), new ArrayList<>(), line));
    JsonNode segmentation = node.path("segmentation");
    if (segmentation.isObject()) {
      marked.runs.add(RunLengths.of(segmentation, "%s, line %d".formatted(name, line)));
      return;
    }
    for (JsonNode polygon : segmentation) {
      double[] corners = numbers(polygon, line);
      if (corners.length < 6 || corners.length % 2 != 0) {
        throw new InputException(
            "%s, line %d: a polygon has %d numbers, expected x and y of at least three corners."
                .formatted(name, line, corners.length));
      }
      marked.outlines.add(corners);
    }
    if (segmentation.isEmpty() && node.has("bbox")) {
      double[] box = numbers(node.get("bbox"), line);
      if (box.length != 4) {
        throw new InputException(
            "%s, line %d: a bbox has %d numbers, expected x, y, width and height."
                .formatted(name, line, box.length));
      }
      double right = box[0] + box[2];
      double bottom = box[1] + box[3];
      marked.outlines.add(
          new double[] {box[0], box[1], right, box[1], right, bottom, box[0], bottom});
    }
  }

  private double[] numbers(JsonNode list, int line) {
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!list.get(i).isNumber()) {
        throw new InputException(
            "%s, line %d: found %s, expected a number.".formatted(name, line, list.get(i)));
      }
      numbers[i] = list.get(i).doubleValue();
    }
    return numbers;
  }

  private long whole(JsonNode node, String field, int line) {
    if (!node.path(field).canConvertToLong()) {
      throw new InputException(
          "%s, line %d: '%s' is %s, expected a whole number."
              .formatted(name, line, field, shown(node, field)));
    }
    return node.get(field).longValue();
  }

  private String text(JsonNode node, String field, int line) {
    if (!node.path(field).isTextual()) {
      throw new InputException(
          "%s, line %d: '%s' is %s, expected a text."
              .formatted(name, line, field, shown(node, field)));
    }
    return node.get(field).textValue();
  }

  private static String shown(JsonNode node, String field) {
    return node.has(field) ? node.get(field).toString() : "missing";
  }
}

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

/**
 * Annotations in COCO's JSON: an image has the classes of its annotations, and their polygons, or
 * boxes where there are none, are its foreground. Read as a stream, one annotation at a time,
 * because such files reach half a gigabyte.
 */
final class CocoFile {
  /** What a name stands for that is to be read once for each split. */
  static final String SPLIT = "{split}";

  /** The entries of {@code images} that matter here. */
  private record Picture(long id, String file, int height, int width) {}

  private final InsideFolder folder;
  private final String name;
  private final Map<Long, Picture> pictures = new LinkedHashMap<>();

  /** For each image the outlines of each of its categories. */
  private final Map<Long, SortedMap<Long, List<double[]>>> marks = new HashMap<>();

  private final Map<Long, String> categories = new HashMap<>();

  private CocoFile(InsideFolder folder, String name) {
    this.folder = folder;
    this.name = name;
  }

  /**
   * Reads a file, or one for each split that has one.
   *
   * @param name the file's name; {@code {split}} in it stands for train, val and test. Without it
   *     all images count as training images
   */
  static DatasetManifest read(InsideFolder folder, String name) {
    List<Sample> samples = new ArrayList<>();
    if (name.contains(SPLIT)) {
      for (Split split : Split.values()) {
        String each = name.replace(SPLIT, split.toString());
        if (split == Split.TRAIN || Files.exists(folder.root().resolve(each))) {
          samples.addAll(new CocoFile(folder, each).samples(split));
        }
      }
    } else {
      samples.addAll(new CocoFile(folder, name).samples(Split.TRAIN));
    }
    Path path = folder.root().resolve(name);
    return new DatasetManifest(
        folder.root(), path, DatasetManifest.classesOf(samples), samples, Reading.standard());
  }

  private List<Sample> samples(Split split) {
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
    for (long id : marks.keySet()) {
      if (!pictures.containsKey(id)) {
        throw new InputException(
            "%s: an annotation belongs to the image %d, which is not among its images."
                .formatted(name, id));
      }
    }
    return pictures.values().stream().map(picture -> sample(picture, split)).toList();
  }

  private Sample sample(Picture picture, Split split) {
    String place = "%s, image %d".formatted(name, picture.id);
    String inImages = "images/" + picture.file;
    boolean beside = folder.holds(picture.file) || !folder.holds(inImages);
    Path file = folder.file(place, beside ? picture.file : inImages);
    SortedMap<Long, List<double[]>> found = marks.getOrDefault(picture.id, new TreeMap<>());
    List<String> labels = new ArrayList<>();
    List<MaskSource> masks = new ArrayList<>();
    for (long category : found.keySet()) {
      String label = categories.get(category);
      if (label == null) {
        throw new InputException(
            "%s has the category %d, which is not among the file's categories."
                .formatted(place, category));
      }
      labels.add(label);
      List<double[]> outlines = found.get(category);
      if (!outlines.isEmpty()) {
        MaskSource mask = new MaskSource.Outlines(outlines, picture.height, picture.width);
        // The outlines of a single category are the foreground of all.
        masks.add(found.size() > 1 ? new MaskSource.OfClass(label, mask) : mask);
      }
    }
    return new Sample(
        file, 0, masks, labels, List.of(), split, Optional.empty(), Optional.empty(), 1, 0);
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
      element.read(node, line);
    }
  }

  private void image(JsonNode node, int line) {
    Picture picture =
        new Picture(
            whole(node, "id", line),
            text(node, "file_name", line),
            (int) whole(node, "height", line),
            (int) whole(node, "width", line));
    boolean possible =
        picture.height > 0
            && picture.width > 0
            && (long) picture.height * picture.width <= Reading.DEFAULT_MAX_PIXELS;
    if (!possible || pictures.put(picture.id, picture) != null) {
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
    List<double[]> outlines =
        marks
            .computeIfAbsent(whole(node, "image_id", line), id -> new TreeMap<>())
            .computeIfAbsent(whole(node, "category_id", line), id -> new ArrayList<>());
    JsonNode segmentation = node.path("segmentation");
    if (segmentation.isObject()) {
      throw new InputException(
          "%s, line %d: the annotation's mask is run-length encoded, which is not read; convert it"
                  .formatted(name, line)
              + " to polygons or to a mask file.");
    }
    for (JsonNode polygon : segmentation) {
      double[] corners = numbers(polygon, line);
      if (corners.length < 6 || corners.length % 2 != 0) {
        throw new InputException(
            "%s, line %d: a polygon has %d numbers, expected x and y of at least three corners."
                .formatted(name, line, corners.length));
      }
      outlines.add(corners);
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
      outlines.add(new double[] {box[0], box[1], right, box[1], right, bottom, box[0], bottom});
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

package dev.isnet.cli.experiment;

import dev.isnet.data.bias.Placement;
import dev.isnet.data.bias.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Cues in the background that follow the class.
 *
 * @param shapes the shape for each class; classes that are not named have none
 * @param cues cues of other kinds for classes without a shape
 * @param size height and width of the shapes: below 1 a fraction of the image's height, else pixels
 * @param intensity brightness of the shapes, 0 black to 1 white
 * @param contrast how much of the shapes covers what was there
 * @param placement where the shapes go
 * @param plate whether they stand on a plate of the opposite brightness
 * @param correlation how strongly cue and class go together in training
 * @param deceiving for each class the class whose cue it gets in the deceiving test; empty for the
 *     next one
 */
public record BiasConfig(
    Map<String, Shape> shapes,
    Map<String, CueConfig> cues,
    double size,
    double intensity,
    double contrast,
    Placement placement,
    boolean plate,
    double correlation,
    Map<String, String> deceiving) {
  static BiasConfig of(YamlSection yaml, Path base) {
    YamlSection shapes = yaml.section("shapes");
    YamlSection byClass = yaml.section("cues");
    Map<String, CueConfig> cues = new LinkedHashMap<>();
    for (String name : byClass.keys()) {
      cues.put(name, CueConfig.of(byClass.section(name), base));
    }
    BiasConfig bias =
        new BiasConfig(
            shapes.choiceByName(Shape.class),
            cues,
            yaml.number("size", 0.2, 0.01, 4096),
            yaml.number("intensity", 1, 0, 1),
            yaml.number("contrast", 1, 0, 1),
            yaml.choice("placement", Placement.RANDOM),
            yaml.flag("plate", false),
            yaml.number("correlation", 1, 0, 1),
            yaml.section("deceiving").textsByName());
    if (shapes.keys().isEmpty() && byClass.keys().isEmpty()) {
      throw yaml.wrong("shapes", "empty", "a shape for each class");
    }
    for (String name : bias.cues.keySet()) {
      if (bias.shapes.containsKey(name)) {
        throw yaml.wrong("cues", "a cue for " + name, "of other classes than shapes");
      }
    }
    yaml.done();
    return bias;
  }
}

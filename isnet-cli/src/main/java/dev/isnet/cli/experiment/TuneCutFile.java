package dev.isnet.cli.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.isnet.data.AtomicFile;
import dev.isnet.data.InputException;
import dev.isnet.train.DeepSupervision.Bounds;
import dev.isnet.train.TuneCut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What tune-cut found, kept in the run folder so that a resumed run need not find it again. */
record TuneCutFile(Path path) {

  Optional<TuneCut.Result> read() throws IOException {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    try {
      Map<?, ?> map = new ObjectMapper().readValue(Files.readString(path), Map.class);
      Map<String, Bounds> layers = new LinkedHashMap<>();
      ((Map<?, ?>) map.get("layers"))
          .forEach((layer, bounds) -> layers.put((String) layer, bounds((Map<?, ?>) bounds)));
      return Optional.of(new TuneCut.Result(bounds((Map<?, ?>) map.get("pixels")), layers));
    } catch (IOException | ClassCastException | NullPointerException | IllegalArgumentException e) {
      throw new InputException(
          "The file %s is not what tune-cut wrote; delete it and run the same command again."
              .formatted(path),
          e);
    }
  }

  void write(TuneCut.Result result) throws IOException {
    Map<String, Object> layers = new LinkedHashMap<>();
    result.layers().forEach((layer, bounds) -> layers.put(layer, map(bounds)));
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("pixels", map(result.pixels()));
    map.put("layers", layers);
    AtomicFile.write(path, part -> Files.writeString(part, MetricsJson.text(map) + "\n"));
  }

  private static Bounds bounds(Map<?, ?> map) {
    return new Bounds(
        ((Number) map.get("c1")).doubleValue(), ((Number) map.get("c2")).doubleValue());
  }

  private static Map<String, Object> map(Bounds bounds) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("c1", bounds.c1());
    map.put("c2", bounds.c2());
    return map;
  }
}

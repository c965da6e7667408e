package dev.isnet.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Runs benchmarks by name and prints name, ratio and limit; see run.sh. */
public final class Benchmarks {

  private Benchmarks() {}

  /**
   * Runs the named benchmarks, or all.
   *
   * @param args names, {@code --profile} for times by operation, {@code --json FILE}
   * @throws IOException when the file cannot be written
   */
  public static void main(String[] args) throws IOException {
    List<String> names = new ArrayList<>();
    Optional<Path> json = Optional.empty();
    boolean profile = false;
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--json") && i + 1 < args.length) {
        json = Optional.of(Path.of(args[++i]));
      } else if (args[i].equals("--profile")) {
        profile = true;
      } else {
        names.add(args[i]);
      }
    }
    StepBenchmarks steps = new StepBenchmarks();
    DataBenchmarks data = new DataBenchmarks();
    boolean withProfile = profile;
    Map<String, Supplier<Measurement>> known = new LinkedHashMap<>();
    known.put("isnet-step", () -> steps.isnetStep(withProfile));
    known.put("plain-step", steps::plainStep);
    known.put("inference", steps::inference);
    known.put("memory-growth", steps::memory);
    known.put("phantoms", data::phantoms);
    known.put("loader", data::loader);
    for (String name : names) {
      if (!known.containsKey(name)) {
        System.err.printf(
            "There is no benchmark %s; known are %s.%n", name, String.join(", ", known.keySet()));
        System.exit(2);
      }
    }
    List<String> rows = new ArrayList<>();
    boolean kept = true;
    for (String name : names.isEmpty() ? known.keySet() : names) {
      Measurement m = known.get(name).get();
      System.out.printf(
          Locale.ROOT, "%-16s %7.3f   at most %.3f%n", m.name(), m.ratio(), m.limit());
      rows.add(
          String.format(
              Locale.ROOT,
              "  {\"name\": \"%s\", \"ratio\": %.4f, \"limit\": %.4f}",
              m.name(),
              m.ratio(),
              m.limit()));
      kept &= m.ratio() <= m.limit();
    }
    if (json.isPresent()) {
      Files.writeString(json.get(), "[\n" + String.join(",\n", rows) + "\n]\n");
    }
    System.exit(kept ? 0 : 1);
  }
}

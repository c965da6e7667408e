package dev.isnet.benchmarks;

import dev.isnet.benchmarks.PipelineBenchmarks.Segmenter;
import dev.isnet.relevance.Variant;
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
    Map<String, Supplier<Measurement>> known = known(new StepBenchmarks(profile));
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
          Locale.ROOT, "%-31s %7.3f   at most %.3f%n", m.name(), m.ratio(), m.limit());
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

  private static Map<String, Supplier<Measurement>> known(StepBenchmarks steps) {
    Map<String, Supplier<Measurement>> known = new LinkedHashMap<>();
    known.put(
        "isnet-step",
        () -> steps.isnetStep("isnet-step", "convnet", Variant.ORIGINAL, 1.1 * 4, 25));
    known.put("isnet-seconds", steps::seconds);
    known.put(
        "isnet-step-densenet121",
        () ->
            steps.isnetStep(
                "isnet-step-densenet121", "densenet121", Variant.ORIGINAL, 1.25 * 4, 9));
    known.put(
        "selective-densenet121",
        () -> steps.isnetStep("selective-densenet121", "densenet121", Variant.SELECTIVE, 2.5, 9));
    known.put(
        "stochastic-densenet121",
        () -> steps.isnetStep("stochastic-densenet121", "densenet121", Variant.STOCHASTIC, 2.5, 9));
    Map<String, double[]> against = new LinkedHashMap<>();
    against.put("convnet", new double[] {0.15, 0.2});
    against.put("resnet18", new double[] {0.3, 0.3});
    against.put("densenet121", new double[] {0.4, 0.4});
    against.forEach(
        (name, limits) -> {
          known.put("plain-step-" + name, () -> steps.plainStep(name, limits[0]));
          known.put("inference-" + name, () -> steps.inference(name, limits[1]));
        });
    PipelineBenchmarks pipelines = new PipelineBenchmarks();
    for (String name : List.of("densenet121", "resnet18")) {
      double limit = name.equals("resnet18") ? 0.6 : 0.75;
      for (int images : new int[] {1, 8}) {
        String run = "pipeline-" + name + "-" + images;
        known.put(run, () -> pipelines.inference(run, name, Segmenter.STANDARD, images, limit));
      }
      String size = "pipeline-size-" + name;
      known.put(size, () -> pipelines.parameters(size, name, Segmenter.STANDARD, 0.96));
    }
    String run = "pipeline-densenet121-paper";
    known.put(run, () -> pipelines.inference(run, "densenet121", Segmenter.PAPER, 1, 0.6));
    String size = "pipeline-size-densenet121-paper";
    known.put(size, () -> pipelines.parameters(size, "densenet121", Segmenter.PAPER, 0.2));
    known.put("maps-3-to-12", steps::linearInMaps);
    known.put("memory-peak", steps::memoryPeak);
    known.put("memory-growth", steps::memoryGrowth);
    DataBenchmarks data = new DataBenchmarks();
    known.put("phantoms", data::phantoms);
    known.put("loader", data::loader);
    return known;
  }
}

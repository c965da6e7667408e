package dev.isnet.benchmarks;

import dev.isnet.benchmarks.PipelineBenchmarks.Segmenter;
import dev.isnet.relevance.Variant;
import dev.isnet.train.Objective;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
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
   * @param args names, {@code --profile} for times by operation, of those that have them, {@code
   *     --json FILE}
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
    Map<String, Benchmark> known = known(new StepBenchmarks(profile));
    List<String> profiled =
        known.keySet().stream().filter(name -> known.get(name).hasProfile()).toList();
    for (String name : names) {
      if (!known.containsKey(name)) {
        refuse("There is no benchmark %s; known are %s.", name, known.keySet());
      }
      if (profile && !profiled.contains(name)) {
        refuse("The benchmark %s has no times by operation; %s have.", name, profiled);
      }
    }
    if (names.isEmpty()) {
      names.addAll(profile ? profiled : known.keySet());
    }
    List<String> rows = new ArrayList<>();
    boolean kept = true;
    for (String name : names) {
      Measurement m = known.get(name).run().get();
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

  private static void refuse(String sentence, String name, Collection<String> others) {
    System.err.printf(sentence + "%n", name, String.join(", ", others));
    System.exit(2);
  }

  /**
   * What can be measured.
   *
   * @param hasProfile whether it prints times by operation when it is asked to
   * @param run measures
   */
  private record Benchmark(boolean hasProfile, Supplier<Measurement> run) {}

  private static Map<String, Benchmark> known(StepBenchmarks steps) {
    Map<String, Benchmark> known = new LinkedHashMap<>();
    step(known, steps, "isnet-step", "convnet", Variant.ORIGINAL, 1.1 * 4, 25);
    known.put("isnet-seconds", new Benchmark(true, steps::seconds));
    step(known, steps, "isnet-step-densenet121", "densenet121", Variant.ORIGINAL, 1.25 * 4, 9);
    step(known, steps, "selective-densenet121", "densenet121", Variant.SELECTIVE, 2.5, 9);
    step(known, steps, "stochastic-densenet121", "densenet121", Variant.STOCHASTIC, 2.5, 9);
    Map<String, double[]> against = new LinkedHashMap<>();
    against.put("convnet", new double[] {0.15, 0.2});
    against.put("resnet18", new double[] {0.3, 0.3});
    against.put("densenet121", new double[] {0.4, 0.4});
    against.forEach(
        (name, limits) -> {
          known.put(
              "plain-step-" + name, new Benchmark(true, () -> steps.plainStep(name, limits[0])));
          known.put(
              "inference-" + name, new Benchmark(false, () -> steps.inference(name, limits[1])));
        });
    pipelines(known);
    known.put("maps-3-to-12", new Benchmark(true, steps::linearInMaps));
    known.put("memory-peak", new Benchmark(false, steps::memoryPeak));
    known.put("memory-growth", new Benchmark(false, steps::memoryGrowth));
    DataBenchmarks data = new DataBenchmarks();
    known.put("phantoms", new Benchmark(false, data::phantoms));
    known.put("loader", new Benchmark(false, data::loader));
    known.put(
        "waiting-plain",
        new Benchmark(false, () -> data.waiting(Objective.plain(), "waiting-plain")));
    known.put(
        "waiting-isnet",
        new Benchmark(false, () -> data.waiting(Objective.isnet(0.7), "waiting-isnet")));
    return known;
  }

  private static void pipelines(Map<String, Benchmark> known) {
    PipelineBenchmarks pipelines = new PipelineBenchmarks();
    for (String name : List.of("densenet121", "resnet18")) {
      double limit = name.equals("resnet18") ? 0.6 : 0.75;
      for (int images : new int[] {1, 8}) {
        String run = "pipeline-" + name + "-" + images;
        known.put(
            run,
            new Benchmark(
                false, () -> pipelines.inference(run, name, Segmenter.STANDARD, images, limit)));
      }
      String size = "pipeline-size-" + name;
      known.put(
          size,
          new Benchmark(false, () -> pipelines.parameters(size, name, Segmenter.STANDARD, 0.96)));
    }
    String run = "pipeline-densenet121-paper";
    known.put(
        run,
        new Benchmark(
            false, () -> pipelines.inference(run, "densenet121", Segmenter.PAPER, 1, 0.6)));
    String size = "pipeline-size-densenet121-paper";
    known.put(
        size,
        new Benchmark(
            false, () -> pipelines.parameters(size, "densenet121", Segmenter.PAPER, 0.2)));
  }

  private static void step(
      Map<String, Benchmark> known,
      StepBenchmarks steps,
      String name,
      String architecture,
      Variant variant,
      double limit,
      int rounds) {
    known.put(
        name,
        new Benchmark(true, () -> steps.isnetStep(name, architecture, variant, limit, rounds)));
  }
}

package dev.isnet.benchmarks;

import dev.isnet.graph.Predictor;
import dev.isnet.relevance.Variant;
import dev.isnet.train.LossGraph;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Training steps, inference and memory. */
final class StepBenchmarks {

  private static final int CLASSES = 3;
  private static final int PROFILED = 10;

  private final boolean profile;

  StepBenchmarks(boolean profile) {
    this.profile = profile;
  }

  /** A network by name at the batch size of the benchmarks. */
  static Workload workload(String architecture, int classes) {
    return Workload.of(architecture, architecture.startsWith("densenet") ? 4 : 16, classes);
  }

  /** An ISNet step in plain steps of the same twin; 1 + m is the arithmetic, m maps an image. */
  Measurement isnetStep(
      String name, String architecture, Variant variant, double limit, int rounds) {
    Workload work = workload(architecture, CLASSES);
    try (LossGraph plain = work.plain();
        LossGraph isnet = work.isnet(variant)) {
      double[] ms = Measurement.medians(rounds, () -> work.step(isnet), () -> work.step(plain));
      System.err.printf("isnet step %.1f ms, plain step %.1f ms%n", ms[0], ms[1]);
      if (profile) {
        print("plain", plain);
        print("isnet", isnet);
      }
      return new Measurement(name, ms[0] / ms[1], limit);
    }
  }

  private static void print(String title, LossGraph graph) {
    Map<String, Long> times = new TreeMap<>();
    for (int i = 0; i < PROFILED; i++) {
      graph.compiled().run(times);
    }
    System.err.println(title + ", milliseconds a step by operation:");
    times.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(
            e -> System.err.printf("  %-40s %8.2f%n", e.getKey(), e.getValue() / 1e6 / PROFILED));
  }

  /**
   * Milliseconds of an ISNet step of the four-convolution network, in those of the reference's bar.
   */
  Measurement seconds() {
    Workload work = workload("convnet", CLASSES);
    try (LossGraph isnet = work.isnet(Variant.ORIGINAL)) {
      double[] ms = Measurement.medians(15, () -> work.step(isnet), () -> {});
      System.err.printf("isnet step %.1f ms; the reference takes 2900 to 3000 ms%n", ms[0]);
      if (profile) {
        print("isnet", isnet);
      }
      return new Measurement("isnet-seconds", ms[0] / 1300, 1);
    }
  }

  /**
   * A plain step of the twin against ComputationGraph.fit on the same batch: both update parameters
   * and running statistics.
   */
  Measurement plainStep(String architecture, double limit) {
    Workload work = workload(architecture, CLASSES);
    DataSet data = new DataSet(work.batch().images(), work.batch().labels());
    try (LossGraph plain = work.plain()) {
      Runnable step = work.updatingStep(plain);
      double[] ms = Measurement.medians(7, step, () -> work.network().fit(data));
      System.err.printf(
          "plain step with its update %.1f ms, ComputationGraph.fit %.1f ms%n", ms[0], ms[1]);
      if (profile) {
        print("plain", plain);
      }
      return new Measurement("plain-step-" + architecture, ms[0] / ms[1], limit);
    }
  }

  /** Inference on the twin against ComputationGraph.output on the same batch. */
  Measurement inference(String architecture, double limit) {
    Workload work = workload(architecture, CLASSES);
    try (Predictor predictor = new Predictor(work.network())) {
      double[] ms =
          Measurement.medians(
              9,
              () -> predictor.probabilities(work.batch().images()).close(),
              () -> work.network().output(work.batch().images()));
      System.err.printf("Predictor %.1f ms, ComputationGraph.output %.1f ms%n", ms[0], ms[1]);
      return new Measurement("inference-" + architecture, ms[0] / ms[1], limit);
    }
  }

  /** What each of 12 maps costs in what each of 3 costs. */
  Measurement linearInMaps() {
    double[] perMap = new double[2];
    for (int i = 0; i < 2; i++) {
      int classes = i == 0 ? 3 : 12;
      Workload work = workload("convnet", classes);
      try (LossGraph plain = work.plain();
          LossGraph isnet = work.isnet(Variant.ORIGINAL)) {
        double[] ms = Measurement.medians(15, () -> work.step(isnet), () -> work.step(plain));
        System.err.printf("%d maps: %.1f ms, plain %.1f ms%n", classes, ms[0], ms[1]);
        if (profile) {
          print(classes + " maps", isnet);
        }
        perMap[i] = (ms[0] - ms[1]) / classes;
      }
    }
    return new Measurement("maps-3-to-12", perMap[1] / perMap[0], 1.1);
  }

  /**
   * All arrays of an ISNet step, the gradients of the parameters included, in those that the
   * arithmetic must keep. Also prints by how much the process grows, which has the convolutions'
   * own copies, prepared operations and the heap.
   */
  Measurement memoryPeak() {
    Workload small = Workload.of("densenet121", 1, 2); // so that all classes are loaded
    try (LossGraph isnet = small.isnet(Variant.ORIGINAL)) {
      residentAfter(50, small, isnet);
    }
    Workload work = workload("densenet121", CLASSES);
    long before = resident();
    try (LossGraph isnet = work.isnet(Variant.ORIGINAL)) {
      long grown = residentAfter(20, work, isnet) - before;
      INDArray gradient = isnet.gradient();
      long arrays = isnet.compiled().bytes() + gradient.length() * gradient.dataType().width();
      long kept = work.keptBytes(CLASSES);
      System.err.printf(
          "arrays of %.1f MB, at most %.1f MB of the plan's alive at once; %.1f MB must be kept;"
              + " the process grows by %.1f MB%n",
          arrays / 1e6, isnet.compiled().floorBytes() / 1e6, kept / 1e6, grown / 1e6);
      return new Measurement("memory-peak", (double) arrays / kept, 1.5);
    }
  }

  /** Resident memory after 1,000 further ISNet steps against that after the first 50. */
  Measurement memoryGrowth() {
    Workload work = workload("convnet", CLASSES);
    try (LossGraph isnet = work.isnet(Variant.ORIGINAL)) {
      long before = residentAfter(50, work, isnet);
      long after = residentAfter(1000, work, isnet);
      System.err.printf("resident %.0f MB, then %.0f MB%n", before / 1e6, after / 1e6);
      return new Measurement("memory-growth", (double) after / before, 1.05);
    }
  }

  private static long residentAfter(int steps, Workload work, LossGraph graph) {
    for (int i = 0; i < steps; i++) {
      work.step(graph);
    }
    return resident();
  }

  private static long resident() {
    System.gc();
    return Pointer.physicalBytes();
  }
}

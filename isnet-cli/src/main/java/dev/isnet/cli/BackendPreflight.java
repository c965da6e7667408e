package dev.isnet.cli;

import dev.isnet.data.InputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;

/**
 * Looks, before any native code is loaded, whether ND4J can run here at all. What ND4J itself says
 * about a missing backend or a GPU it has no code for is a crash.
 */
final class BackendPreflight {
  private static final String SERVICE = "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend";

  /** One graphics card as the driver's tool lists it. */
  record Gpu(String name, int major, int minor) {
    /**
     * The library holds machine code for compute capability 3.7 to 8.6 and no portable code;
     * machine code runs on later cards of the same major version, so 8.9 works and 9.0 does not.
     */
    boolean supported() {
      return (major > 3 || (major == 3 && minor >= 7)) && major < 9;
    }
  }

  private BackendPreflight() {}

  /** What the CUDA backend needs of the machine. */
  interface Machine {
    /** What the driver's tool says of the graphics cards, if it can be asked. */
    Optional<List<String>> gpus();

    /** The library that keeps ND4J's CUDA library from being loaded, if one does. */
    Optional<String> missingLibrary();
  }

  /**
   * Checks the class path and, for the CUDA backend, the graphics cards and CUDA itself.
   *
   * @throws InputException if there is no backend, more than one, or one that cannot run here
   */
  static void check() {
    check(backends(BackendPreflight.class.getClassLoader()), new ThisMachine());
  }

  static void check(SortedSet<String> backends, Machine machine) {
    if (backends.isEmpty()) {
      throw new InputException(
          "No ND4J backend is on the class path; start the program with ./isnet, which brings one.");
    }
    if (backends.size() > 1) {
      throw new InputException(
          "More than one ND4J backend is on the class path (%s); keep exactly one."
              .formatted(String.join(", ", backends)));
    }
    if (backends.first().contains("jcublas")) {
      checkGpus(machine.gpus());
      machine.missingLibrary().ifPresent(BackendPreflight::refuseCuda);
    }
  }

  private static void refuseCuda(String missing) {
    throw new InputException(
        ("The CUDA backend is chosen, but %s cannot be loaded; install CUDA 11.6 with cuDNN 8.3, or"
                + " unset ISNET_BACKEND to compute on the processor.")
            .formatted(missing));
  }

  private static void checkGpus(Optional<List<String>> listing) {
    List<Gpu> gpus =
        listing
            .map(lines -> lines.stream().map(BackendPreflight::parse).flatMap(Optional::stream))
            .map(found -> found.toList())
            .orElse(List.of());
    if (gpus.isEmpty()) {
      throw new InputException(
          "The CUDA backend is chosen, but nvidia-smi lists no graphics card; install the driver,"
              + " or unset ISNET_BACKEND to compute on the processor.");
    }
    for (Gpu gpu : gpus) {
      if (!gpu.supported()) {
        throw new InputException(
            ("The graphics card %s has compute capability %d.%d, but ND4J's CUDA library has code for"
                    + " 3.7 to 8.9 only; unset ISNET_BACKEND to compute on the processor.")
                .formatted(gpu.name(), gpu.major(), gpu.minor()));
      }
    }
  }

  /** Reads a line such as {@code 8.6, NVIDIA GeForce RTX 3090}. */
  static Optional<Gpu> parse(String line) {
    String[] parts = line.split(",", 2);
    String[] numbers = parts[0].strip().split("[.]");
    if (parts.length != 2 || numbers.length != 2) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Gpu(parts[1].strip(), Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1])));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The classes that the class path's service files name. */
  static SortedSet<String> backends(ClassLoader loader) {
    SortedSet<String> names = new TreeSet<>();
    try {
      for (URL url : Collections.list(loader.getResources(SERVICE))) {
        try (BufferedReader reader =
            new BufferedReader(new InputStreamReader(url.openStream(), StandardCharsets.UTF_8))) {
          reader
              .lines()
              .map(line -> line.replaceFirst("#.*", "").strip())
              .filter(line -> !line.isEmpty())
              .forEach(names::add);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  /** Asks the driver's tool and the dynamic linker. */
  private static final class ThisMachine implements Machine {
    private static final Pattern MISSING = Pattern.compile("([^ :/]+): cannot open shared object");

    @Override
    public Optional<String> missingLibrary() {
      try {
        Loader.load(Class.forName("org.nd4j.linalg.jcublas.bindings.Nd4jCuda"));
        return Optional.empty();
      } catch (ClassNotFoundException | LinkageError e) {
        return Failures.causes(e)
            .map(cause -> MISSING.matcher(String.valueOf(cause.getMessage())))
            .filter(Matcher::find)
            .map(found -> found.group(1))
            .findFirst()
            .or(() -> Optional.of("its library"));
      }
    }

    @Override
    public Optional<List<String>> gpus() {
      try {
        Process process =
            new ProcessBuilder(
                    "nvidia-smi", "--query-gpu=compute_cap,name", "--format=csv,noheader")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
          reader.lines().forEach(lines::add);
        }
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0
            ? Optional.of(lines)
            : Optional.empty();
      } catch (IOException e) {
        return Optional.empty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }
  }
}

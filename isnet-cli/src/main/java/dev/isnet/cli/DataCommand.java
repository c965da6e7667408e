package dev.isnet.cli;

import dev.isnet.cli.experiment.ExperimentYaml;
import dev.isnet.cli.experiment.MetricsJson;
import dev.isnet.cli.experiment.Schemas;
import dev.isnet.data.DatasetCheck;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.DatasetReport;
import dev.isnet.data.ImageSize;
import dev.isnet.data.phantom.ChestPhantom;
import dev.isnet.data.phantom.PhantomPlan;
import dev.isnet.data.phantom.PhantomWriter;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "data",
    description = "Checks, shows, biases and generates data sets, and fills in masks.",
    subcommands = {
      DataCommand.Check.class,
      SheetCommand.class,
      BiasCommand.class,
      MasksCommand.class,
      DataCommand.Phantom.class
    })
final class DataCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new Main.MissingCommandException(spec.commandLine());
  }

  @Command(
      name = "check",
      description = "Lists everything that is wrong with a data set; exit code 1 if anything is.")
  static final class Check implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
        paramLabel = "DIR",
        description =
            "The folder with the labels file, or an experiment.yaml: then its data is checked, with"
                + " its splits and its way of reading.")
    private Path folder;

    @Option(
        names = "--labels",
        paramLabel = "FILE",
        description = "The labels file's name in that folder (default: ${DEFAULT-VALUE}).",
        defaultValue = DatasetManifest.LABELS_FILE)
    private String labels;

    @Option(
        names = "--channels",
        paramLabel = "N",
        description = "1 for grey, 3 for colour (default: ${DEFAULT-VALUE}).",
        defaultValue = "3")
    private int channels;

    @Mixin private ReadingOptions reading;

    @Option(names = "--json", description = "Print the findings as JSON.")
    private boolean json;

    @Override
    public Integer call() {
      DatasetReport report;
      try (Checking progress = new Checking(spec.commandLine().getErr())) {
        report = report(progress);
      }
      PrintWriter out = spec.commandLine().getOut();
      out.print(json ? MetricsJson.text(asMap(report)) + "\n" : DataFindings.text(report));
      return report.problems().isEmpty() ? 0 : Failures.FAILED;
    }

    private DatasetReport report(Checking progress) {
      if (folder.toString().matches(".*[.]ya?ml") && Files.isRegularFile(folder)) {
        return ExperimentYaml.check(folder, progress);
      }
      return DatasetCheck.report(
          folder, labels, new ImageSize(64, 64, channels), reading.reading(), progress);
    }

    private Map<String, Object> asMap(DatasetReport report) {
      Map<String, Object> map = Schemas.head("data check");
      map.put("folder", folder.toString());
      map.put("problems", report.problems());
      map.put("warnings", report.warnings());
      Map<String, Map<String, Integer>> counts = new LinkedHashMap<>();
      report
          .counts()
          .forEach(
              (label, bySplit) -> {
                Map<String, Integer> named = new LinkedHashMap<>();
                bySplit.forEach((split, count) -> named.put(split.toString(), count));
                counts.put(label, named);
              });
      map.put("counts", counts);
      map.put("masks", report.masks());
      map.put("foreground", report.foreground());
      report.probe().ifPresent(probe -> map.put("probe", probe));
      return map;
    }
  }

  /** Shows progress once the number of images is known. */
  private static final class Checking implements DatasetCheck.Progress, AutoCloseable {
    private final PrintWriter err;
    private Optional<Progress> progress = Optional.empty();

    Checking(PrintWriter err) {
      this.err = err;
    }

    @Override
    public void at(int done, int total) {
      if (progress.isEmpty()) {
        progress = Optional.of(Progress.of("check", total, err));
      }
      progress.get().at(done, "");
    }

    @Override
    public void close() {
      progress.ifPresent(Progress::close);
    }
  }

  @Command(
      name = "phantom",
      description = "Writes a data set of generated chest radiographs with exact lung masks.")
  static final class Phantom implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The folder to make.")
    private Path folder;

    @Option(
        names = "--size",
        paramLabel = "N",
        description = "Height and width in pixels (default: ${DEFAULT-VALUE}).",
        defaultValue = "64")
    private int size;

    @Option(
        names = "--per-class",
        arity = "3",
        paramLabel = "N",
        description = "Images of each class for train, val and test (default: 100 30 60).")
    private int[] perClass = {100, 30, 60};

    @Option(
        names = "--sign-contrast",
        paramLabel = "X",
        description = "How visible the signs of disease are (default: ${DEFAULT-VALUE}).",
        defaultValue = "1")
    private double signContrast;

    @Option(
        names = "--seed",
        paramLabel = "N",
        description = "What the images follow from (default: ${DEFAULT-VALUE}).",
        defaultValue = "1")
    private long seed;

    @Option(
        names = "--classes",
        split = ",",
        paramLabel = "CLASS",
        description = "At least two of consolidation, nodules, normal (default: all).")
    private List<String> classes = ChestPhantom.CLASSES;

    @Option(
        names = "--hospitals",
        description =
            "none: nothing is peculiar; shared: training images of all classes come from three"
                + " hospitals; by-class: each class comes from a hospital of its own. With hospitals"
                + " the test images come from a further one (default: ${DEFAULT-VALUE}).",
        defaultValue = "none",
        converter = Converters.ToHospitals.class)
    private PhantomPlan.Hospitals hospitals;

    @Option(
        names = "--lesions",
        description = "Write masks of the signs of disease, too: folder and column 'lesion'.")
    private boolean lesions;

    @Override
    public Integer call() {
      BackendPreflight.check();
      PhantomWriter.write(
          folder,
          new PhantomPlan(new ImageSize(size, size, 1), classes, signContrast, hospitals, seed),
          new PhantomWriter.Counts(perClass[0], perClass[1], perClass[2]),
          lesions);
      spec.commandLine().getOut().println(folder.toAbsolutePath().normalize());
      return 0;
    }
  }
}

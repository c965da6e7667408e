package dev.isnet.cli;

import dev.isnet.cli.experiment.MetricsJson;
import dev.isnet.data.DatasetCheck;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ImageSize;
import dev.isnet.data.Split;
import dev.isnet.data.phantom.PhantomWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "data",
    description = "Checks and generates data sets.",
    subcommands = {DataCommand.Check.class, DataCommand.Phantom.class})
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

    @Parameters(paramLabel = "DIR", description = "The folder with the labels file.")
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

    @Option(names = "--json", description = "Print the problems as JSON.")
    private boolean json;

    @Override
    public Integer call() {
      List<String> problems =
          DatasetCheck.problems(folder, labels, new ImageSize(64, 64, channels));
      if (json) {
        spec.commandLine()
            .getOut()
            .println(MetricsJson.text(Map.of("folder", folder.toString(), "problems", problems)));
      } else {
        problems.forEach(spec.commandLine().getOut()::println);
        spec.commandLine().getOut().print(problems.isEmpty() ? summary() : "");
      }
      return problems.isEmpty() ? 0 : Failures.FAILED;
    }

    private String summary() {
      DatasetManifest manifest = DatasetManifest.read(folder, labels);
      Table table = new Table("class", "train", "val", "test");
      for (String name : manifest.classes()) {
        table.row(
            name,
            count(manifest, name, Split.TRAIN),
            count(manifest, name, Split.VAL),
            count(manifest, name, Split.TEST));
      }
      return table + "\nNothing wrong was found.\n";
    }

    private static long count(DatasetManifest manifest, String name, Split split) {
      return manifest.split(split).stream().filter(s -> s.label().equals(name)).count();
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

    @Override
    public Integer call() {
      BackendPreflight.check();
      PhantomWriter.write(
          folder,
          new ImageSize(size, size, 1),
          new PhantomWriter.Counts(perClass[0], perClass[1], perClass[2]),
          signContrast,
          seed);
      spec.commandLine().getOut().println(folder.toAbsolutePath().normalize());
      return 0;
    }
  }
}

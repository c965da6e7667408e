package dev.isnet.cli;

import dev.isnet.cli.experiment.ExperimentYaml;
import dev.isnet.data.BiasedCopy;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ImageSize;
import dev.isnet.data.bias.BackgroundBias;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.data.bias.SyntheticBias;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "bias",
    description =
        "Writes a copy of a data set with cues drawn into the backgrounds, and a record of them.")
final class BiasCommand implements Callable<Integer> {
  /** What background pictures are brought to before they are stretched to each image. */
  private static final ImageSize PICTURES = new ImageSize(256, 256, 3);

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "IN", description = "The folder with the labels file.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "The folder to make.")
  private Path out;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "The labels file's name in IN (default: ${DEFAULT-VALUE}).",
      defaultValue = DatasetManifest.LABELS_FILE)
  private String labels;

  @Option(
      names = "--bias",
      paramLabel = "FILE",
      description =
          "A YAML file with a section 'bias', as in an experiment (default: a white shape for each"
              + " class, a fifth of the height, anywhere in the background).")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--scenario",
      description = "biased, standard or deceiving (default: ${DEFAULT-VALUE}).",
      defaultValue = "biased",
      converter = Converters.ToScenario.class)
  private BiasScenario scenario;

  @Option(
      names = "--seed",
      description = "What positions follow from (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private long seed;

  @Mixin private ReadingOptions reading;

  @Override
  public Integer call() {
    DatasetManifest manifest = DatasetManifest.readUnsplit(in, labels).with(reading.reading());
    BackgroundBias bias =
        file.map(each -> ExperimentYaml.readBias(each, manifest, PICTURES))
            .orElseGet(() -> SyntheticBias.ofClasses(manifest.classes().size()).cues());
    try (Progress progress =
        Progress.of("bias", manifest.samples().size(), spec.commandLine().getErr())) {
      BiasedCopy.write(manifest, out, bias, scenario, seed, done -> progress.at(done, ""));
    }
    spec.commandLine().getOut().println(out.toAbsolutePath().normalize());
    return 0;
  }
}

package dev.isnet.cli;

import dev.isnet.cli.experiment.ContactSheet;
import dev.isnet.cli.experiment.ExperimentYaml;
import dev.isnet.data.InputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "sheet",
    description =
        "Shows training images as the network will see them, augmented and biased, with mask"
            + " outlines.")
final class SheetCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "experiment.yaml", description = "The experiment.")
  private Path experiment;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The PNG file to write (default: ${DEFAULT-VALUE}).",
      defaultValue = "sheet.png")
  private Path out;

  @Option(
      names = "--count",
      description = "How many images (default: ${DEFAULT-VALUE}).",
      defaultValue = "32")
  private int count;

  @Option(
      names = "--epoch",
      description = "The epoch, from 1 (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private int epoch;

  @Override
  public Integer call() {
    if (count < 1 || epoch < 1) {
      throw new WrongUseException(
          "--count is %d and --epoch is %d, but both must be at least 1.".formatted(count, epoch));
    }
    BackendPreflight.check();
    BufferedImage picture = ContactSheet.draw(ExperimentYaml.read(experiment), count, epoch - 1);
    try (OutputStream to = Files.newOutputStream(out)) {
      ImageIO.write(picture, "png", to);
    } catch (IOException e) {
      throw new InputException(
          "Cannot write '%s' (%s: %s)."
              .formatted(out, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
    spec.commandLine().getOut().println(out.toAbsolutePath().normalize());
    return 0;
  }
}

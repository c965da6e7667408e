package dev.isnet.cli;

import dev.isnet.cli.experiment.MetricsJson;
import dev.isnet.cli.experiment.Schemas;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.FileFailure;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskMaker;
import dev.isnet.data.MissingMasks;
import dev.isnet.data.Reading;
import dev.isnet.segment.Segmenter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "masks",
    description = {
      "Makes masks for the images of a data set that have none, and names them in the labels file.",
      "A run that was interrupted goes on with the same command."
    })
final class MasksCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The folder with the labels file.")
  private Path folder;

  @Option(
      names = "--segmenter",
      paramLabel = "unet.zip",
      description = "The model, as train wrote it for 'system: segmenter'.",
      required = true)
  private Path model;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "The labels file's name in DIR (default: ${DEFAULT-VALUE}).",
      defaultValue = DatasetManifest.LABELS_FILE)
  private String labels;

  @Option(
      names = "--threshold",
      paramLabel = "T",
      description =
          "Foreground is where the segmenter is surer than this, from 0 to below 1 (default:"
              + " ${DEFAULT-VALUE}).",
      defaultValue = "" + MaskMaker.DEFAULT_THRESHOLD)
  private double threshold;

  @Option(names = "--convert", description = "Convert grey and colour to what the segmenter takes.")
  private boolean convert;

  @Option(names = "--json", description = "Print what was done as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    BackendPreflight.check();
    DatasetManifest manifest =
        DatasetManifest.readUnsplit(folder, labels)
            .with(Reading.standard().withConversion(convert));
    PrintWriter err = spec.commandLine().getErr();
    MissingMasks.Summary done;
    try (Segmenter segmenter = Segmenter.read(model)) {
      MissingMasks missing = new MissingMasks(manifest, segmenter, sha256(model), threshold);
      try (Progress progress = Progress.of("masks", missing.missing(), err)) {
        done =
            Interruption.during(
                err, "mask", () -> missing.fill((images, total) -> progress.at(images, "")));
      }
    }
    spec.commandLine().getOut().print(json ? MetricsJson.text(map(done)) + "\n" : text(done));
    return 0;
  }

  private static String sha256(Path file) {
    try {
      return MissingMasks.sha256(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new InputException(
          "The model %s cannot be read (%s).".formatted(file, FileFailure.reason(e)), e);
    }
  }

  private Map<String, Object> map(MissingMasks.Summary done) {
    Map<String, Object> map = Schemas.head("data masks");
    map.put("folder", folder.toString());
    map.put("had", done.had());
    map.put("made", done.made());
    map.put("empty", done.empty());
    return map;
  }

  private String text(MissingMasks.Summary done) {
    StringBuilder text =
        new StringBuilder("%d images had a mask, %d got one.\n".formatted(done.had(), done.made()));
    if (!done.empty().isEmpty()) {
      text.append(
          "In %d images no foreground was found; they still have no mask: %s\n"
              .formatted(done.empty().size(), String.join(", ", done.empty())));
    }
    return text.toString();
  }
}

package dev.isnet.cli;

import dev.isnet.audit.Audit;
import dev.isnet.audit.AuditPlan;
import dev.isnet.audit.AuditResult;
import dev.isnet.cli.experiment.TestedImages;
import dev.isnet.cli.report.audit.AuditFiles;
import dev.isnet.cli.report.audit.AuditRun;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.InputException;
import dev.isnet.data.Sample;
import dev.isnet.data.Split;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "audit",
    description = {
      "Says whether a classifier decides by the object or by its background: where its relevance"
          + " lies, and how often another background changes its decision. Any network that"
          + " Deeplearning4j's ModelSerializer wrote will do; images without masks are only"
          + " classified."
    })
final class AuditCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "m.zip",
      description = "The model, as train or Deeplearning4j's ModelSerializer wrote it.",
      required = true)
  private Path model;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The folder with the labels file.",
      required = true)
  private Path data;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "The labels file's name in that folder (default: ${DEFAULT-VALUE}).",
      defaultValue = DatasetManifest.LABELS_FILE)
  private String labels;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description =
          "train, val or test (default: test, or all images of a data set without splits).",
      converter = Converters.ToSplit.class)
  private Optional<Split> split = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "The folder for audit.html, audit.json and audit.csv (default: ${DEFAULT-VALUE}).",
      defaultValue = "audit")
  private Path out;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Audit only so many images, drawn at random.")
  private Optional<Integer> limit = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What everything random follows from (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private long seed;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images at once (default: ${DEFAULT-VALUE}); fewer need less memory.",
      defaultValue = "8")
  private int batch;

  @Mixin private NetworkOptions network;
  @Mixin private ReadingOptions reading;

  @Option(names = "--json", description = "Print the results as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (batch < 1 || limit.orElse(1) < 1) {
      throw new WrongUseException(
          "--batch is %d and --limit is %s, but both must be at least 1."
              .formatted(batch, limit.map(String::valueOf).orElse("not given")));
    }
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new InputException(
          "--out is '%s', which is a file; name a folder for the audit's three files."
              .formatted(out));
    }
    BackendPreflight.check();
    ZonedDateTime started = ZonedDateTime.now();
    PrintWriter err = spec.commandLine().getErr();
    TestedImages images = TestedImages.read("audit", data, labels, split, err);
    DatasetManifest all = images.manifest().with(reading.reading());
    NetworkOptions.Resolved resolved = network.resolve(model, all, images.split());
    resolved.guesses().forEach(guess -> err.println("audit: " + guess));
    err.flush();
    DatasetManifest manifest =
        limited(all.withClasses(resolved.audited().classes()), images.split());
    AuditPlan plan = AuditPlan.standard(batch, seed);
    AuditResult result;
    try (Progress progress =
        Progress.of("audit", steps(manifest.split(images.split()), plan), err)) {
      result =
          Audit.run(
              resolved.audited(),
              manifest,
              images.split(),
              plan,
              (done, total) -> progress.at(done, ""));
    }
    AuditRun run =
        new AuditRun(
            model,
            all.labelsFile(),
            images.split(),
            command(),
            started,
            resolved.audited(),
            resolved.guesses(),
            plan,
            result);
    if (result.heatmaps().why().isPresent()) {
      err.println("audit: " + AuditFiles.heatmaps(run));
      err.flush();
    }
    AuditFiles.write(out, run);
    spec.commandLine().getOut().print(json ? AuditFiles.json(run) : AuditFiles.text(run, out));
    return 0;
  }

  /** Images that are seen, and those that are studied afterwards. */
  private static long steps(List<Sample> samples, AuditPlan plan) {
    long masked = samples.stream().filter(sample -> !sample.masks().isEmpty()).count();
    return samples.size() + Math.min(masked, plan.studied());
  }

  private DatasetManifest limited(DatasetManifest all, Split which) {
    List<Sample> samples = all.split(which);
    if (limit.isEmpty() || limit.get() >= samples.size()) {
      return all;
    }
    List<Sample> shuffled = new ArrayList<>(samples);
    Collections.shuffle(shuffled, new Random(seed));
    Set<Sample> chosen = new HashSet<>(shuffled.subList(0, limit.get()));
    return all.withSamples(samples.stream().filter(chosen::contains).toList());
  }

  /** The command as it was given: every number can be made again. */
  private String command() {
    return "isnet audit "
        + String.join(
            " ",
            spec.commandLine().getParseResult().originalArgs().stream()
                .skip(1)
                .map(
                    arg ->
                        arg.matches("[\\w./,:=+-]+") ? arg : "'" + arg.replace("'", "'\\''") + "'")
                .toList());
  }
}

package dev.isnet.cli.experiment;

import dev.isnet.cli.WrongUseException;
import dev.isnet.data.InputException;
import dev.isnet.tuning.SearchPlan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/** An experiment file with ranges in the place of values, and the section {@code tune}. */
public final class TuneExperiment {
  static final String SECTION = "tune";

  /** Keys that tune-cut does not look at, so that one tune-cut does for all candidates. */
  private static final List<String> NOT_OF_TUNE_CUT =
      List.of(
          "isnet.p",
          "isnet.pStart",
          "isnet.pWarmupEpochs",
          "isnet.d",
          "isnet.e",
          "isnet.w1",
          "isnet.w2",
          "isnet.foreground");

  private final String name;
  private final RangedYaml yaml;
  private final TuneSection tune;

  private TuneExperiment(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    String source = file.toString();
    name = ExperimentYaml.name(absolute);
    YamlNode.Mapping whole = YamlNode.parse(ExperimentYaml.text(file), source);
    tune = TuneSection.of(YamlSection.of(whole, source).section(SECTION), absolute.getParent());
    Map<String, YamlNode> entries = new LinkedHashMap<>(whole.entries());
    entries.remove(SECTION);
    YamlNode.Mapping experiment = new YamlNode.Mapping(entries, whole.line());
    if (tune.search() == TuneSection.Kind.PAPER) {
      experiment = preset(source, experiment);
    }
    yaml = new RangedYaml(source, absolute.getParent(), name, experiment);
    yaml.check();
    if (yaml.anyConfig().system() == ExperimentConfig.System.SEGMENTER) {
      throw new WrongUseException(
          "%s: 'system' is segmenter, but only classifiers can be tuned.".formatted(source));
    }
  }

  /**
   * Reads an experiment with ranges.
   *
   * @param file the YAML file; relative paths in it start at its folder
   * @return the experiment
   * @throws WrongUseException if it has no range, a range has wrong ends, or the reader of
   *     experiments refuses a candidate at the end of a range
   * @throws InputException if the file cannot be read
   */
  public static TuneExperiment read(Path file) {
    return new TuneExperiment(file);
  }

  /** The paper's strategy where the file leaves it open: P and d, and tune-cut for C1 and C2. */
  private static YamlNode.Mapping preset(String source, YamlNode.Mapping experiment) {
    YamlSection isnet = YamlSection.of(experiment, source).section("isnet");
    int line = experiment.line();
    YamlNode.Mapping preset = experiment;
    if (!isnet.has("c1") && !isnet.has("c2")) {
      preset = RangedYaml.with(preset, "isnet.c1", RangeYaml.node(Cut.NAME_OF_AUTO, line));
    }
    if (!new RangedYaml(source, Path.of(""), "", preset).ranges().isEmpty()) {
      return preset;
    }
    if (!isnet.has("p")) {
      Map<String, ?> p = Map.of("uniform", List.of("0.3", "0.95"));
      preset = RangedYaml.with(preset, "isnet.p", RangeYaml.node(p, line));
    }
    if (!isnet.has("d")) {
      Map<String, ?> d = Map.of("choice", List.of("0.9", "0.99", "0.996", "1"));
      preset = RangedYaml.with(preset, "isnet.d", RangeYaml.node(d, line));
    }
    return preset;
  }

  /** The file's name without its ending. */
  public String name() {
    return name;
  }

  /** The experiment's own folder: journal, candidates, report. */
  public Path out() {
    return yaml.anyConfig().out();
  }

  /**
   * The search.
   *
   * @param parallel trials at the same time, instead of what the file says
   * @return its plan
   */
  public SearchPlan plan(OptionalInt parallel) {
    SearchPlan cold = plan(List.of(), parallel.orElse(tune.parallel()));
    return tune.warmStart()
        .map(source -> plan(WarmStart.of(source, cold), cold.parallel()))
        .orElse(cold);
  }

  private SearchPlan plan(List<Map<String, Object>> first, int parallel) {
    TrainingConfig training = yaml.anyConfig().training();
    return new SearchPlan(
        yaml.ranges(),
        tune.strategy(),
        tune.score(),
        tune.halving(),
        training.epochs(),
        tune.candidates(),
        tune.time(),
        first,
        tune.seed(),
        training.seed(),
        tune.seedsOfWinner(),
        parallel);
  }

  /**
   * Reads all images, so that a broken one is found before the first candidate.
   *
   * @param err where progress is shown
   * @throws InputException at the first image or mask that cannot be used
   */
  public void readAll(PrintWriter err) {
    new ExperimentData(yaml.anyConfig()).readAll("tune, reading the images", err);
  }

  /** Whether one tune-cut does for all candidates of a seed. */
  public boolean sharesTuneCut() {
    return NOT_OF_TUNE_CUT.containsAll(yaml.ranges().keySet());
  }

  /**
   * All that decides which candidates are tried and what they score.
   *
   * @param plan the plan
   * @return names and values for the journal
   */
  public Map<String, Object> identity(SearchPlan plan) {
    Map<String, Object> identity = yaml.flat();
    identity.put("tune.search", tune.search().toString().toLowerCase(Locale.ROOT));
    switch (tune.search()) {
      case PAPER -> identity.put("tune.candidates", tune.candidates());
      case GRID -> identity.put("tune.steps", tune.steps());
      case GENETIC -> identity.put("tune.population", tune.population());
      case RANDOM -> {}
    }
    tune.halving().ifPresent(h -> identity.put("tune.halving", List.of(h.eta(), h.least())));
    identity.put("tune.score", tune.score().weights());
    identity.put("tune.seed", tune.seed());
    if (!plan.first().isEmpty()) {
      identity.put("tune.warmStart", plan.first());
    }
    return identity;
  }

  /**
   * A candidate's experiment.
   *
   * @param values the value of each range
   * @param seed of its training
   * @param folder its run folder
   * @return what {@code isnet train} would run
   */
  public ExperimentConfig config(Map<String, Object> values, long seed, Path folder) {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.put("training.seed", seed);
    all.put("out", folder.toString());
    return yaml.config(all);
  }
}

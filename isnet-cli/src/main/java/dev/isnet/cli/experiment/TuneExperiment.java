package dev.isnet.cli.experiment;

import dev.isnet.cli.WrongUseException;
import dev.isnet.data.InputException;
import dev.isnet.tuning.Journal;
import dev.isnet.tuning.Range;
import dev.isnet.tuning.Results;
import dev.isnet.tuning.SearchPlan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * An experiment file with ranges in the place of values, and the section {@code tune}. A candidate
 * is the same file with values put in, so the reader of experiments checks it.
 */
public final class TuneExperiment {
  static final String SECTION = "tune";

  /** What a candidate has for C2: how many times C1 it is. */
  private static final String RATIO = "ratioOfC1";

  private static final String C1 = "isnet.c1";
  private static final String C2 = "isnet.c2";
  private static final String C2_RATIO = "isnet.c2 / c1";
  private static final int FIRST_OF_WARM_START = 3;

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

  private final String source;
  private final Path base;
  private final String name;
  private final YamlNode.Mapping root;
  private final Map<String, Found> found = new LinkedHashMap<>();
  private final TuneSection tune;

  /** A range with its line. */
  private record Found(Range range, int line) {}

  private TuneExperiment(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    source = file.toString();
    base = absolute.getParent();
    name = ExperimentYaml.name(absolute);
    YamlNode.Mapping whole = YamlNode.parse(ExperimentYaml.text(file), source);
    tune = TuneSection.of(YamlSection.of(whole, source).section(SECTION), base);
    Map<String, YamlNode> entries = new LinkedHashMap<>(whole.entries());
    entries.remove(SECTION);
    YamlNode.Mapping experiment = new YamlNode.Mapping(entries, whole.line());
    root = tune.search() == TuneSection.Kind.PAPER ? preset(experiment) : experiment;
    find("", root);
    check();
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
  private YamlNode.Mapping preset(YamlNode.Mapping experiment) {
    Map<String, YamlNode> isnet = new LinkedHashMap<>();
    YamlNode there = experiment.entries().get("isnet");
    if (there instanceof YamlNode.Mapping given) {
      isnet.putAll(given.entries());
    } else if (there instanceof YamlNode.Scalar || there instanceof YamlNode.Sequence) {
      return experiment; // Which the reader will refuse.
    }
    int line = experiment.line();
    if (!isnet.containsKey("c1") && !isnet.containsKey("c2")) {
      isnet.put("c1", new YamlNode.Scalar(Cut.NAME_OF_AUTO, line));
    }
    YamlNode.Mapping withCut = with(experiment, "isnet", new YamlNode.Mapping(isnet, line));
    find("", withCut);
    if (found.isEmpty()) {
      isnet.putIfAbsent("p", RangeYaml.node(Map.of("uniform", List.of("0.3", "0.95")), line));
      isnet.putIfAbsent(
          "d", RangeYaml.node(Map.of("choice", List.of("0.9", "0.99", "0.996", "1")), line));
      withCut = with(experiment, "isnet", new YamlNode.Mapping(isnet, line));
    }
    found.clear();
    return withCut;
  }

  private void find(String path, YamlNode.Mapping section) {
    section
        .entries()
        .forEach(
            (key, node) -> {
              String full = path.isEmpty() ? key : path + "." + key;
              RangeYaml.of(source, full, node)
                  .ifPresentOrElse(
                      range -> found.put(full, new Found(range, node.line())),
                      () -> {
                        if (node instanceof YamlNode.Mapping below) {
                          find(full, below);
                        }
                      });
            });
  }

  private void check() {
    if (found.containsKey(C2 + "." + RATIO)) {
      Found ratio = found.remove(C2 + "." + RATIO);
      found.put(C2_RATIO, ratio);
      requireRatio(ratio);
    }
    if (found.isEmpty()) {
      config(Map.of()); // A range whose name is mistyped is told by the reader.
      throw new WrongUseException(
          "%s: there is no range in it; write one in the place of a value, such as p: {uniform: [0.3, 0.95]}."
              .formatted(source));
    }
    for (String fixed : List.of("out", "system", "training.epochs", "training.seed")) {
      if (found.containsKey(fixed)) {
        throw new WrongUseException(
            "%s, line %d: '%s' is a range, but must be one value, because all candidates share it."
                .formatted(source, found.get(fixed).line, fixed));
      }
    }
    Map<String, Object> lowest = lowest();
    ExperimentConfig config = config(lowest);
    found.forEach(
        (key, each) -> {
          for (Object end : ends(each.range)) {
            Map<String, Object> values = new LinkedHashMap<>(lowest);
            values.put(key, end);
            config(values);
          }
        });
    if (config.system() == ExperimentConfig.System.SEGMENTER) {
      throw new WrongUseException(
          "%s: 'system' is segmenter, but only classifiers can be tuned.".formatted(source));
    }
  }

  private void requireRatio(Found ratio) {
    for (Object end : ends(ratio.range)) {
      if (!(Double.parseDouble(end.toString()) > 1)) {
        throw new WrongUseException(
            "%s, line %d: '%s.%s' begins with %s, but must be above 1, so that c2 is above c1."
                .formatted(source, ratio.line, C2, RATIO, end));
      }
    }
  }

  private static List<?> ends(Range range) {
    if (range instanceof Range.Uniform uniform) {
      return List.of(uniform.least(), uniform.most());
    } else if (range instanceof Range.LogUniform logUniform) {
      return List.of(logUniform.least(), logUniform.most());
    } else if (range instanceof Range.Whole whole) {
      return List.of(whole.least(), whole.most());
    }
    return ((Range.Choice) range).values();
  }

  /** The file's name without its ending. */
  public String name() {
    return name;
  }

  /** The experiment's own folder: journal, candidates, report. */
  public Path out() {
    return anyConfig().out();
  }

  /**
   * The search.
   *
   * @param parallel trials at the same time, instead of what the file says
   * @return its plan
   */
  public SearchPlan plan(OptionalInt parallel) {
    return plan(
        tune.warmStart().map(this::bestOf).orElse(List.of()), parallel.orElse(tune.parallel()));
  }

  /** With every range at its lower end: for what all candidates share. */
  private ExperimentConfig anyConfig() {
    return config(lowest());
  }

  private Map<String, Object> lowest() {
    Map<String, Object> values = new LinkedHashMap<>();
    found.forEach((key, each) -> values.put(key, ends(each.range).get(0)));
    return values;
  }

  /** The best of an earlier search that had the same ranges, or ranges of the same keys. */
  private List<Map<String, Object>> bestOf(Path folder) {
    List<Journal.Entry> entries = Journal.read(SearchFolder.journal(folder));
    List<Map<String, Object>> best = new ArrayList<>();
    SearchPlan mine = plan(List.of(), 1);
    for (Results.Tried tried : Results.of(entries, mine).ranking()) {
      if (!tried.values().keySet().equals(found.keySet())) {
        throw new InputException(
            "The search in %s has ranges for %s, but this one for %s; a warm start needs the same keys."
                .formatted(folder, tried.values().keySet(), found.keySet()));
      }
      if (best.size() < FIRST_OF_WARM_START && holds(tried.values())) {
        best.add(tried.values());
      }
    }
    return best;
  }

  private SearchPlan plan(List<Map<String, Object>> first, int parallel) {
    Map<String, Range> ranges = new LinkedHashMap<>();
    found.forEach((key, each) -> ranges.put(key, each.range));
    ExperimentConfig.Training training = anyConfig().training();
    return new SearchPlan(
        ranges,
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

  private boolean holds(Map<String, Object> values) {
    return found.entrySet().stream()
        .allMatch(
            each -> {
              List<?> ends = ends(each.getValue().range);
              Object value = values.get(each.getKey());
              return each.getValue().range instanceof Range.Choice
                  ? ends.contains(value)
                  : value instanceof Number number
                      && number.doubleValue() >= ((Number) ends.get(0)).doubleValue()
                      && number.doubleValue() <= ((Number) ends.get(1)).doubleValue();
            });
  }

  /**
   * Reads all images, so that a broken one is found before the first candidate.
   *
   * @param err where progress is shown
   * @throws InputException at the first image or mask that cannot be used
   */
  public void readAll(PrintWriter err) {
    new ExperimentData(anyConfig()).readAll("tune, reading the images", err);
  }

  /** Whether one tune-cut does for all candidates of a seed. */
  public boolean sharesTuneCut() {
    return NOT_OF_TUNE_CUT.containsAll(found.keySet());
  }

  /**
   * All that decides which candidates are tried and what they score.
   *
   * @param plan the plan
   * @return names and values for the journal
   */
  public Map<String, Object> identity(SearchPlan plan) {
    Map<String, Object> identity = new LinkedHashMap<>();
    flatten("", root, identity);
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

  private static void flatten(String path, YamlNode.Mapping section, Map<String, Object> all) {
    section
        .entries()
        .forEach(
            (key, node) -> {
              String full = path.isEmpty() ? key : path + "." + key;
              if (node instanceof YamlNode.Mapping below) {
                flatten(full, below, all);
              } else if (!full.equals("out")) {
                all.put(full, RangeYaml.value(node));
              }
            });
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
    return config(all);
  }

  private ExperimentConfig config(Map<String, Object> values) {
    YamlNode.Mapping filled = root;
    for (Map.Entry<String, Object> value : values.entrySet()) {
      String key = value.getKey();
      int line = found.containsKey(key) ? found.get(key).line : root.line();
      Object put = value.getValue();
      if (key.equals(C2_RATIO)) {
        key = C2;
        put = c1(values, line) * Double.parseDouble(put.toString());
      }
      filled = with(filled, key, RangeYaml.node(put, line));
    }
    YamlSection yaml = YamlSection.of(filled, source);
    ExperimentConfig config = ExperimentConfig.of(yaml, base, name);
    yaml.done();
    return config;
  }

  private double c1(Map<String, Object> values, int line) {
    Object c1 = values.get(C1);
    if (c1 == null
        && root.entries().get("isnet") instanceof YamlNode.Mapping isnet
        && isnet.entries().get("c1") instanceof YamlNode.Scalar given) {
      c1 = given.text();
    }
    try {
      return c1 == null ? 1 : Double.parseDouble(c1.toString());
    } catch (NumberFormatException e) {
      throw new WrongUseException(
          "%s, line %d: '%s' is a ratio of c1, but c1 is %s, and must be a number or a range."
              .formatted(source, line, C2, c1));
    }
  }

  /** The section with one value replaced or added, at any depth. */
  private static YamlNode.Mapping with(YamlNode.Mapping section, String path, YamlNode value) {
    int dot = path.indexOf('.');
    String key = dot < 0 ? path : path.substring(0, dot);
    Map<String, YamlNode> entries = new LinkedHashMap<>(section.entries());
    if (dot < 0) {
      entries.put(key, value);
    } else {
      YamlNode.Mapping below =
          entries.get(key) instanceof YamlNode.Mapping mapping
              ? mapping
              : new YamlNode.Mapping(Map.of(), section.line());
      entries.put(key, with(below, path.substring(dot + 1), value));
    }
    return new YamlNode.Mapping(entries, section.line());
  }
}

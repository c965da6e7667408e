package dev.isnet.cli.experiment;

import dev.isnet.tuning.Halving;
import dev.isnet.tuning.Score;
import dev.isnet.tuning.Strategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The section {@code tune}: how an experiment's ranges are searched.
 *
 * @param search which candidates are tried
 * @param candidates how many at most
 * @param time how long at most
 * @param steps values of each range of a grid
 * @param population candidates of a genetic search's generation
 * @param halving whether weak candidates end early
 * @param score what is maximised
 * @param seed what is random in the search
 * @param parallel trials at the same time
 * @param warmStart a search whose best are tried first, or an experiment whose settings are
 * @param seedsOfWinner trainings of the best two with seeds of their own
 */
record TuneSection(
    Kind search,
    int candidates,
    Optional<Duration> time,
    int steps,
    int population,
    Optional<Halving> halving,
    Score score,
    long seed,
    int parallel,
    Optional<Path> warmStart,
    int seedsOfWinner) {

  /** Which candidates are tried. */
  enum Kind {
    /** C1 and C2 by tune-cut, then coarse over all ranges, then fine around the best. */
    PAPER,
    /** Drawn independently. */
    RANDOM,
    /** All combinations. */
    GRID,
    /** Generations. */
    GENETIC
  }

  static TuneSection of(YamlSection yaml, Path base) {
    Kind search = yaml.choice("search", Kind.PAPER);
    TuneSection tune =
        new TuneSection(
            search,
            yaml.integer("candidates", 20, 1, 100_000),
            yaml.has("minutes")
                ? Optional.of(
                    Duration.ofMillis((long) (60_000 * yaml.number("minutes", 0, 0.001, 1e6))))
                : Optional.empty(),
            yaml.integer("steps", 4, 2, 1000),
            yaml.integer("population", 8, 4, 1000),
            yaml.has("halving") ? Optional.of(halving(yaml.section("halving"))) : Optional.empty(),
            score(yaml),
            yaml.integer("seed", 1L, Long.MIN_VALUE, Long.MAX_VALUE),
            yaml.integer("parallel", 1, 1, 64),
            yaml.has("warmStart")
                ? Optional.of(base.resolve(yaml.text("warmStart")).toAbsolutePath().normalize())
                : Optional.empty(),
            yaml.integer("seedsOfWinner", 3, 1, 100));
    if (search == Kind.GENETIC && tune.halving.isPresent()) {
      throw yaml.wrong(
          "halving",
          "given",
          "left out, because a genetic search compares all candidates with each other");
    }
    yaml.done();
    return tune;
  }

  private static Halving halving(YamlSection yaml) {
    Halving halving =
        new Halving(yaml.integer("eta", 3, 2, 100), yaml.integer("epochs", 1, 1, 100_000));
    yaml.done();
    return halving;
  }

  /** The name of a measure, or weights by name. */
  private static Score score(YamlSection yaml) {
    Map<String, Double> weights = new LinkedHashMap<>();
    if (!yaml.has("score")) {
      weights.put(Measure.MACRO_F1.key(), 1.0);
      weights.put(Measure.BACKGROUND_SHARE.key(), -1.0);
    } else if (yaml.isSection("score")) {
      YamlSection section = yaml.section("score");
      for (Measure measure : Measure.values()) {
        if (section.has(measure.key())) {
          weights.put(measure.key(), section.number(measure.key(), 0, -1e6, 1e6));
        }
      }
      section.done();
      if (weights.isEmpty()) {
        throw yaml.wrong("score", "empty", "the name of a measure, or weights by name");
      }
    } else {
      Measure measure = Measure.of(yaml, "score");
      weights.put(measure.key(), measure.lessIsBetter() ? -1.0 : 1.0);
    }
    return new Score(weights);
  }

  /** How the candidates are found. */
  Strategy strategy() {
    return switch (search) {
      case PAPER -> new Strategy.CoarseToFine(candidates);
      case RANDOM -> new Strategy.Random();
      case GRID -> new Strategy.Grid(steps);
      case GENETIC -> new Strategy.Genetic(population);
    };
  }
}

package dev.isnet.cli.experiment;

import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.evaluate.Bootstrap;
import dev.isnet.evaluate.Estimate;
import dev.isnet.evaluate.EvaluationResult;
import dev.isnet.evaluate.PairedComparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Results on the same images, compared. */
final class Pairs {
  private Pairs() {}

  /**
   * Two systems in one test, the first less the second.
   *
   * @param split the images
   * @param scenario the shapes in their backgrounds
   * @param seed of both trainings
   * @param first name of one system
   * @param second name of the other
   * @param classes names of the classes
   * @param paired the differences
   */
  record Pair(
      Split split,
      BiasScenario scenario,
      long seed,
      String first,
      String second,
      List<String> classes,
      PairedComparison paired) {}

  /** Every later run less the first, in every test, by the names of their systems. */
  static List<Pair> ofRuns(List<TrainedSystem> systems) {
    return ofRuns(systems, system -> YamlSection.name(system.config().system()));
  }

  /** Every later run less the first, in every test. */
  static List<Pair> ofRuns(List<TrainedSystem> systems, Function<TrainedSystem, String> name) {
    List<Pair> pairs = new ArrayList<>();
    TrainedSystem reference = systems.get(0);
    for (TrainedSystem system : systems.subList(1, systems.size())) {
      pairs.addAll(
          of(
              name.apply(system),
              system.tests(),
              name.apply(reference),
              reference.tests(),
              system.config().training().seed()));
    }
    return pairs;
  }

  /** Every later system of a comparison less the first one, seed by seed, in every test. */
  static List<Pair> ofComparison(List<ComparedSystem> systems) {
    List<Pair> pairs = new ArrayList<>();
    ComparedSystem reference = systems.get(0);
    for (ComparedSystem system : systems.subList(1, systems.size())) {
      system
          .tests()
          .forEach(
              (seed, tests) ->
                  Optional.ofNullable(reference.tests().get(seed))
                      .ifPresent(
                          others ->
                              pairs.addAll(
                                  of(system.name(), tests, reference.name(), others, seed))));
    }
    return pairs;
  }

  private static List<Pair> of(
      String first, List<TestResult> tests, String second, List<TestResult> others, long seed) {
    List<Pair> pairs = new ArrayList<>();
    for (TestResult test : tests) {
      others.stream()
          .filter(o -> o.split() == test.split() && o.scenario() == test.scenario())
          .findFirst()
          .flatMap(other -> of(test, other, seed))
          .ifPresent(
              paired ->
                  pairs.add(
                      new Pair(
                          test.split(),
                          test.scenario(),
                          seed,
                          first,
                          second,
                          test.result().classes(),
                          paired)));
    }
    return pairs;
  }

  /**
   * How macro F1 changes on the same images when the shapes change.
   *
   * @param split the images
   * @param macroF1 that of the deceiving test less that of the biased one
   */
  record Change(Split split, Estimate macroF1) {}

  /** The changes of a run in all tested splits; none without a bias. */
  static List<Change> changes(TrainedSystem system) {
    List<Change> changes = new ArrayList<>();
    for (TestResult after : system.tests()) {
      if (after.scenario() == BiasScenario.DECEIVING) {
        system.tests().stream()
            .filter(t -> t.split() == after.split() && t.scenario() == BiasScenario.BIASED)
            .findFirst()
            .flatMap(before -> of(after, before, system.config().training().seed()))
            .ifPresent(paired -> changes.add(new Change(after.split(), paired.macroF1())));
      }
    }
    return changes;
  }

  /** The first result less the second; only single labels can be compared. */
  static Optional<PairedComparison> of(TestResult first, TestResult second, long seed) {
    return first.result() instanceof EvaluationResult one
            && second.result() instanceof EvaluationResult other
        ? Optional.of(
            PairedComparison.of(
                one,
                other,
                Bootstrap.byPatient(
                    one.truth(), one.patients(), Bootstrap.DEFAULT_REPLICATES, seed)))
        : Optional.empty();
  }
}

package dev.isnet.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.cli.WrongUseException;
import dev.isnet.data.InputException;
import dev.isnet.tuning.Halving;
import dev.isnet.tuning.Journal;
import dev.isnet.tuning.Outcome;
import dev.isnet.tuning.Range;
import dev.isnet.tuning.SearchPlan;
import dev.isnet.tuning.Strategy;
import dev.isnet.tuning.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TuneExperimentTest {
  @TempDir private Path folder;

  private TuneExperiment read(String yaml) throws IOException {
    Path file = folder.resolve("pets.yaml");
    Files.writeString(file, yaml);
    return TuneExperiment.read(file);
  }

  private static SearchPlan plan(TuneExperiment experiment) {
    return experiment.plan(OptionalInt.empty());
  }

  @Test
  void everyKindOfRangeStandsInThePlaceOfAValue() throws IOException {
    TuneExperiment experiment =
        read(
            """
            data: set
            backbone: {filters: {choice: [[8, 16], [16, 32]]}}
            isnet:
              p: {uniform: [0.3, 0.95]}
              c1: {logUniform: [0.5, 5]}
              c2: {ratioOfC1: {uniform: [1.5, 10]}}
            training: {batch: {integer: [4, 32]}, updater: {choice: [adam, nesterovs]}}
            tune:
              search: random
              candidates: 7
              minutes: 2
              halving: {eta: 4, epochs: 2}
              score: {macroF1: 1, backgroundShare: -0.5}
              seed: 3
              parallel: 2
              seedsOfWinner: 1
            """);
    Map<String, Range> ranges = new LinkedHashMap<>();
    ranges.put(
        "backbone.filters", new Range.Choice(List.of(List.of("8", "16"), List.of("16", "32"))));
    ranges.put("isnet.p", new Range.Uniform(0.3, 0.95));
    ranges.put("isnet.c1", new Range.LogUniform(0.5, 5));
    ranges.put("isnet.c2 / c1", new Range.Uniform(1.5, 10));
    ranges.put("training.batch", new Range.Whole(4, 32));
    ranges.put("training.updater", new Range.Choice(List.of("adam", "nesterovs")));
    SearchPlan plan = plan(experiment);
    assertThat(plan.ranges()).isEqualTo(ranges);
    assertThat(plan.strategy()).isEqualTo(new Strategy.Random());
    assertThat(plan.candidates()).isEqualTo(7);
    assertThat(plan.time()).contains(Duration.ofMinutes(2));
    assertThat(plan.halving()).contains(new Halving(4, 2));
    assertThat(plan.score().weights()).isEqualTo(Map.of("macroF1", 1.0, "backgroundShare", -0.5));
    assertThat(plan.epochs()).isEqualTo(40);
    assertThat(plan.seed()).isEqualTo(3);
    assertThat(plan.parallel()).isEqualTo(2);
    assertThat(experiment.plan(OptionalInt.of(5)).parallel()).isEqualTo(5);
    assertThat(experiment.out()).isEqualTo(folder.resolve("runs/pets").toAbsolutePath());
  }

  @Test
  void aCandidateIsTheExperimentWithValuesPutIn() throws IOException {
    TuneExperiment experiment =
        read(
            """
            data: set
            backbone: {filters: {choice: [[8, 16], [16, 32]]}}
            isnet: {c1: {uniform: [1, 2]}, c2: {ratioOfC1: {uniform: [1.5, 10]}}}
            tune: {search: random}
            """);
    ExperimentConfig config =
        experiment.config(
            Map.of("backbone.filters", List.of("16", "32"), "isnet.c1", 1.5, "isnet.c2 / c1", 4.0),
            9,
            folder.resolve("run"));
    assertThat(config.backbone().filters()).containsExactly(16, 32);
    assertThat(config.isnet().c1()).isEqualTo(Cut.of(1.5));
    assertThat(config.isnet().c2()).isEqualTo(Cut.of(6));
    assertThat(config.training().seed()).isEqualTo(9);
    assertThat(config.out()).isEqualTo(folder.resolve("run").toAbsolutePath());
  }

  @Test
  void aRatioOfFixedC1() throws IOException {
    TuneExperiment experiment =
        read(
            """
            data: set
            isnet: {c1: 3, c2: {ratioOfC1: {uniform: [2, 10]}}}
            tune: {search: random}
            """);
    assertThat(experiment.config(Map.of("isnet.c2 / c1", 2.0), 1, folder).isnet().c2())
        .isEqualTo(Cut.of(6));
  }

  @Test
  void thePresetIsThePapersStrategy() throws IOException {
    TuneExperiment experiment = read("data: set\n");
    SearchPlan plan = plan(experiment);
    assertThat(plan.ranges())
        .isEqualTo(
            Map.of(
                "isnet.p", new Range.Uniform(0.3, 0.95),
                "isnet.d", new Range.Choice(List.of("0.9", "0.99", "0.996", "1"))));
    assertThat(plan.strategy()).isEqualTo(new Strategy.CoarseToFine(20));
    assertThat(plan.score().weights()).isEqualTo(Map.of("macroF1", 1.0, "backgroundShare", -1.0));
    assertThat(experiment.config(Map.of("isnet.p", 0.5, "isnet.d", "0.99"), 1, folder).isnet().c1())
        .isEqualTo(Cut.AUTO);
    assertThat(experiment.sharesTuneCut()).isTrue();
  }

  @Test
  void aRangeThatTuneCutLooksAtHasATuneCutForEachCandidate() throws IOException {
    assertThat(
            read("data: set\ntraining: {learningRate: {uniform: [0.001, 0.01]}}\n").sharesTuneCut())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          p: {uniform: [0.9, 0.3]}        | 'isnet.p.uniform' is [0.9, 0.3], but must be two numbers, the smaller one first.
          p: {uniform: 0.5}               | 'isnet.p.uniform' is '0.5', but must be two numbers, the smaller one first.
          p: {uniform: [0.3, 0.6, 0.9]}   | 'isnet.p.uniform' is [0.3, 0.6, 0.9], but must be two numbers, the smaller one first.
          p: {uniform: [0.3, a]}          | 'isnet.p.uniform' is [0.3, a], but must be two numbers, the smaller one first.
          e: {logUniform: [0, 1]}         | 'isnet.e.logUniform' is [0, 1], but must be two numbers above 0, the smaller one first.
          tuneEpochs: {integer: [1, 2.5]} | 'isnet.tuneEpochs.integer' is [1, 2.5], but must be two whole numbers, the smaller one first.
          d: {choice: []}                 | 'isnet.d.choice' is [], but must be a list of at least two different values.
          d: {choice: [0.9, 0.9]}         | 'isnet.d.choice' is [0.9, 0.9], but must be a list of at least two different values.
          d: {choice: 0.9}                | 'isnet.d.choice' is no list, but must be a list of at least two different values.
          p: {uniform: [0.3, 1.2]}        | 'isnet.p' is '1.2', but must be a number from 0 to 1.
          d: {choice: [0.9, much]}        | 'isnet.d' is 'much', but must be a number from 0 to 1.
          p: {unifrom: [0.3, 0.9]}        | 'isnet.p' is a section, but must be a number from 0 to 1.
          c1: {uniform: [1, 30]}          | 'isnet.c2' is 25.0, but must be at least c1, which is 30.0.
          c2: {ratioOfC1: {uniform: [0.5, 3]}} | 'isnet.c2.ratioOfC1' has 0.5, but must be uniform or logUniform with numbers above 1, so that c2 is above c1.
          c2: {ratioOfC1: {choice: [2, 3]}} | 'isnet.c2.ratioOfC1' has 2, but must be uniform or logUniform with numbers above 1, so that c2 is above c1.
          pp: {uniform: [0.3, 0.9]}       | the key 'isnet.pp' does not exist; did you mean 'isnet.p'?
          """)
  void aWrongRangeIsOneSentence(String line, String sentence) {
    assertThatThrownBy(() -> read("data: set\nisnet:\n  " + line + "\ntune: {search: random}\n"))
        .isInstanceOf(WrongUseException.class)
        .message()
        .startsWith(folder.resolve("pets.yaml") + ", line ")
        .endsWith(": " + sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {search: bayes}      | 'tune.search' is 'bayes', but must be one of paper, random, grid, genetic.
          {candidates: 0}      | 'tune.candidates' is '0', but must be a whole number from 1 to 100000.
          {minutes: 0}         | 'tune.minutes' is '0', but must be a number from 0.001 to 1000000.
          {score: f1}          | 'tune.score' is 'f1', but must be one of loss, macroF1, biasRemovedF1, worstGroupF1, backgroundShare, or a section with weights of these.
          {score: {}}          | 'tune.score' is empty, but must be the name of a measure, or weights by name.
          {score: {f1: 1}}     | the key 'tune.score.f1' does not exist; the keys here are loss, macroF1, biasRemovedF1, worstGroupF1, backgroundShare.
          {halving: {eta: 1}}  | 'tune.halving.eta' is '1', but must be a whole number from 2 to 100.
          {search: genetic, halving: {eta: 3}} | 'tune.halving' is given, but must be left out, because a genetic search compares all candidates with each other.
          {candidate: 3}       | the key 'tune.candidate' does not exist; did you mean 'tune.candidates'?
          """)
  void aWrongKeyOfTheSearchIsOneSentence(String section, String sentence) {
    assertThatThrownBy(() -> read("data: set\ntune: " + section + "\n"))
        .isInstanceOf(WrongUseException.class)
        .hasMessage(folder.resolve("pets.yaml") + ", line 2: " + sentence);
  }

  @ParameterizedTest
  @CsvSource({
    "'out: {choice: [a, b]}', out",
    "'training: {epochs: {integer: [1, 5]}}', training.epochs"
  })
  void whatAllCandidatesShareIsNoRange(String line, String key) {
    assertThatThrownBy(() -> read("data: set\n" + line + "\n"))
        .isInstanceOf(WrongUseException.class)
        .hasMessage(
            "%s, line 2: '%s' is a range, but must be one value, because all candidates share it.",
            folder.resolve("pets.yaml"), key);
  }

  @Test
  void aSearchWithoutRangesIsRefused() {
    assertThatThrownBy(() -> read("data: set\ntune: {search: grid}\n"))
        .isInstanceOf(WrongUseException.class)
        .hasMessage(
            folder.resolve("pets.yaml")
                + ": there is no range in it; write one in the place of a value, such as p:"
                + " {uniform: [0.3, 0.95]}.");
  }

  @Test
  void trainingDoesNotReadASearch() throws IOException {
    Path file = Files.writeString(folder.resolve("pets.yaml"), "data: set\ntune: {}\n");
    assertThatThrownBy(() -> ExperimentYaml.read(file))
        .isInstanceOf(WrongUseException.class)
        .hasMessage(
            file
                + ", line 2: 'tune' is given, but must be left out, because only 'isnet tune' reads it.");
  }

  @Test
  void aSearchIsTheSameWithAnotherBudget() throws IOException {
    TuneExperiment few =
        read("data: set\nisnet: {p: {uniform: [0.3, 0.9]}}\ntune: {search: random, minutes: 1}\n");
    TuneExperiment more =
        read(
            "data: set\nisnet: {p: {uniform: [0.3, 0.9]}}\ntune: {search: random, candidates: 99}\n");
    TuneExperiment other =
        read("data: set\nisnet: {p: {uniform: [0.3, 0.8]}}\ntune: {search: random, minutes: 1}\n");
    assertThat(few.identity(plan(few))).isEqualTo(more.identity(plan(more)));
    assertThat(few.identity(plan(few))).isNotEqualTo(other.identity(plan(other)));
  }

  @Test
  void aWarmStartTakesTheBestThatAreInRange() throws IOException {
    Path before = Files.createDirectories(folder.resolve("before"));
    try (Journal journal = Journal.open(SearchFolder.journal(before), Map.of())) {
      double[] scores = {0.5, 0.9, 0.8, 0.7, 0.6};
      double[] ps = {0.4, 0.9, 0.5, 0.6, 0.7};
      for (int i = 0; i < ps.length; i++) {
        journal.add(
            new Trial(i, Map.of("isnet.p", ps[i]), 40, 1),
            new Outcome.Measured(Map.of("macroF1", scores[i])),
            1);
      }
    }
    String yaml =
        "data: set\nisnet: {%s: {uniform: [0.3, 0.8]}}\ntune: {search: random, score: macroF1, warmStart: before}\n";
    assertThat(plan(read(yaml.formatted("p"))).first())
        .containsExactly(Map.of("isnet.p", 0.5), Map.of("isnet.p", 0.6), Map.of("isnet.p", 0.7));
    assertThatThrownBy(() -> plan(read(yaml.formatted("d"))))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "The search in %s has ranges for [isnet.p], but this one for [isnet.d]; a warm start needs the same keys.",
            before.toAbsolutePath());
  }

  @Test
  void aWarmStartTakesTheSettingsOfAnExperiment() throws IOException {
    Files.writeString(
        folder.resolve("now.yaml"),
        "data: set\nisnet: {p: 0.65, d: 0.996}\ntraining: {batch: 8}\nbackbone: {filters: [16, 32]}\n");
    String yaml =
        """
        data: set
        isnet: {p: {uniform: [%s, 0.8]}, d: {choice: [0.9, 0.996]}%s}
        training: {batch: {integer: [4, 16]}}
        backbone: {filters: {choice: [[8], [16, 32]]}}
        tune: {search: random, score: macroF1, warmStart: now.yaml}
        """;
    assertThat(plan(read(yaml.formatted("0.3", ""))).first())
        .containsExactly(
            Map.of(
                "isnet.p",
                0.65,
                "isnet.d",
                "0.996",
                "training.batch",
                8,
                "backbone.filters",
                List.of("16", "32")));
    Path now = folder.resolve("now.yaml").toAbsolutePath();
    assertThatThrownBy(() -> plan(read(yaml.formatted("0.7", ""))))
        .isInstanceOf(WrongUseException.class)
        .hasMessage(
            now
                + ": 'isnet.p' is 0.65, but the search looks at 0.7 to 0.8 only; a warm start must be in range.");
    assertThatThrownBy(() -> plan(read(yaml.formatted("0.3", ", e: {uniform: [0.1, 1]}"))))
        .isInstanceOf(WrongUseException.class)
        .hasMessage(
            now
                + " has no value for 'isnet.e', but a warm start needs one for each range of the search.");
  }

  @Test
  void aScoreThatShouldBeSmallIsTurnedRound() throws IOException {
    SearchPlan plan = plan(read("data: set\ntune: {score: loss}\n"));
    assertThat(plan.score().of(new Outcome.Measured(Map.of("loss", 0.25))))
        .isEqualTo(OptionalDouble.of(-0.25));
    assertThat(plan.halving()).isEqualTo(Optional.empty());
  }
}

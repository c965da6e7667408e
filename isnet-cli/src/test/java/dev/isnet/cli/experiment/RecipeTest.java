package dev.isnet.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.cli.experiment.TrainingConfig.Updater;
import dev.isnet.relevance.RuleSet;
import dev.isnet.relevance.Variant;
import dev.isnet.train.DeepSupervision;
import dev.isnet.train.Objective;
import dev.isnet.train.TuneCut;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.schedule.ISchedule;

class RecipeTest {
  @Test
  void constantRateHoldsForEver() {
    assertThat(rate("learningRate: 0.1", 0)).isEqualTo(0.1);
    assertThat(rate("learningRate: 0.1", 99)).isEqualTo(0.1);
  }

  @Test
  void cosineGoesFromTheRateTowardsZero() {
    String training = "learningRate: 0.1, epochs: 10, schedule: cosine";
    assertThat(rate(training, 0)).isEqualTo(0.1);
    assertThat(rate(training, 5)).isCloseTo(0.05, within(1e-12));
    assertThat(rate(training, 9)).isBetween(0.0, 0.003);
  }

  @Test
  void stepDividesByTenFromEachNamedEpochOn() {
    String training = "learningRate: 1, epochs: 10, schedule: step, dropEpochs: [3, 5]";
    // Users count epochs from 1, the program from 0.
    assertThat(rate(training, 1)).isEqualTo(1);
    assertThat(rate(training, 2)).isCloseTo(0.1, within(1e-12));
    assertThat(rate(training, 3)).isCloseTo(0.1, within(1e-12));
    assertThat(rate(training, 4)).isCloseTo(0.01, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(Updater.class)
  void everyUpdaterHasTheRate(Updater updater) {
    IUpdater made =
        Recipe.updater(
            config("training: {learningRate: 0.25, updater: " + YamlSection.name(updater) + "}")
                .training());
    assertThat(made.getClass().getSimpleName()).isEqualToIgnoringCase(updater.name());
    assertThat(made.getLearningRate(0, 0)).isEqualTo(0.25);
  }

  @Test
  void momentumIsNesterovs() {
    IUpdater made =
        Recipe.updater(config("training: {updater: nesterovs, momentum: 0.8}").training());
    assertThat(((Nesterovs) made).currentMomentum(0, 0)).isEqualTo(0.8);
  }

  @Test
  void rulesAreTheMethodsUnlessTold() {
    assertThat(Recipe.rules(config(""))).isEqualTo(RuleSet.standard());
    assertThat(Recipe.rules(config("isnet: {form: textbook, epsilon: 0.1, firstLayer: epsilon}")))
        .isEqualTo(RuleSet.textbook(0.1));
  }

  @Test
  void variantLayersAndMemoryAreTheObjectives() {
    Objective.Isnet objective =
        Recipe.isnet(
            config("isnet: {variant: dual, deepSupervision: [c1], deepDecay: 0.5, memory: 3}"),
            Optional.empty());
    assertThat(objective.variant()).isEqualTo(Variant.DUAL);
    assertThat(objective.deep())
        .isEqualTo(new DeepSupervision(Map.of("c1", new DeepSupervision.Bounds(1, 25)), 0.5));
    assertThat(objective.memory()).isEqualTo(3_000_000);
  }

  @Test
  void boundsThatAreAutoAreThoseThatTuneCutFound() {
    TuneCut.Result found =
        new TuneCut.Result(
            new DeepSupervision.Bounds(2, 9), Map.of("c1", new DeepSupervision.Bounds(3, 7)));
    Objective.Isnet objective =
        Recipe.isnet(config("isnet: {c1: auto, deepSupervision: [c1]}"), Optional.of(found));
    assertThat(objective.loss().c1()).isEqualTo(2);
    assertThat(objective.loss().c2()).isEqualTo(9);
    assertThat(objective.deep().layers()).isEqualTo(found.layers());
  }

  @Test
  void gradientInputIsTheIsnetLossOnOtherMaps() {
    Objective.Isnet objective =
        (Objective.Isnet)
            Recipe.objective(
                config("system: isnet-gradient-input\nisnet: {p: 0.4, d: 0.9, epsilon: 0.2}"),
                Optional.empty());
    assertThat(objective.rules()).isEqualTo(RuleSet.gradientTimesInput());
    assertThat(objective.p()).isEqualTo(0.4);
    assertThat(objective.loss().d()).isEqualTo(0.9);
  }

  @Test
  void lambdaIsThatOfRrr() {
    assertThat(Recipe.objective(config("system: rrr\nrrr: {lambda: 12.5}"), Optional.empty()))
        .isEqualTo(new Objective.RightReasons(12.5));
    assertThat(Recipe.objective(config("system: rrr"), Optional.empty()))
        .isEqualTo(new Objective.RightReasons(0.5));
  }

  @Test
  void hamIsAnObjectiveAndANetwork() {
    ExperimentConfig config = config("system: ham\nham: {anomaly: 0.1, bound: 0.2}");
    assertThat(Recipe.objective(config, Optional.empty()))
        .isEqualTo(new Objective.Ham(0.1, 0.2, 0.001, 0.5));
    assertThat(Recipe.network(config, 3, false).getConfiguration().getNetworkOutputs())
        .containsExactly("classes", "anomaly");
  }

  @Test
  void gainWithAndWithoutMasks() {
    String gain = "\ngain: {alpha: 2, w: 3, omega: 20, sigma: 0.25, layer: pool1}";
    Objective.Gain with = new Objective.Gain(2, 3, 20, 0.25, Optional.of("pool1"));
    assertThat(Recipe.objective(config("system: gain" + gain), Optional.empty())).isEqualTo(with);
    assertThat(Recipe.objective(config("system: gain-no-masks" + gain), Optional.empty()))
        .isEqualTo(with.withoutMasks());
    assertThat(Recipe.objective(config("system: gain"), Optional.empty()))
        .isEqualTo(new Objective.Gain(1, 10, 10, 0.5, Optional.empty()));
  }

  @Test
  void theBackboneIsTheOneNamed() {
    ComputationGraph net =
        Recipe.network(
            config("image: {height: 32, width: 32}\nbackbone: {name: resnet18}"), 3, false);
    assertThat(net.getVertex("stage4.block2.sum")).isNotNull();
    // published for 1,000 classes, less 997 rows of the last layer, and the running statistics
    assertThat(net.numParams()).isEqualTo(11_689_512 - 997 * 513 + 9_600);
  }

  private static double rate(String training, int epoch) {
    ISchedule schedule = Recipe.learningRate(config("training: {" + training + "}").training());
    return schedule.valueAt(0, epoch);
  }

  private static ExperimentConfig config(String yaml) {
    return ExperimentConfig.of(YamlSection.parse("data: d\n" + yaml, "test"), Path.of("."), "run");
  }
}

package dev.isnet.tuning.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.backbone.ConvNet;
import dev.isnet.data.ImageSize;
import dev.isnet.data.phantom.PhantomWriter;
import dev.isnet.train.Objective;
import dev.isnet.train.TrainingPlan;
import dev.isnet.tuning.ConfigurationSpace;
import dev.isnet.tuning.Journal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultReference;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.distribution.LogUniformDistribution;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.BaseStatusListener;
import org.deeplearning4j.arbiter.optimize.serde.jackson.JsonMapper;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arbiter's own runner with what is here, as Arbiter's users know it. */
class PlainArbiterTest {
  private static final ImageSize SIZE = new ImageSize(16, 16, 1);

  @TempDir private static Path data;
  @TempDir private Path folder;

  @BeforeAll
  static void drawImages() {
    PhantomWriter.write(data, SIZE, new PhantomWriter.Counts(6, 2, 1), 1, 1);
  }

  private static Training training(Map<String, Object> values) {
    ComputationGraph network =
        new ComputationGraph(ConvNet.builder(SIZE, 3).optFilters(4).optSeed(1).build());
    double p = (Double) values.get("p");
    if (p > 1) {
      throw new IllegalArgumentException("P is " + p);
    }
    return new Training(network, Objective.isnet(p), TrainingPlan.standard(2));
  }

  @Test
  void aProgramOfTwentyLines() throws Exception {
    ConfigurationSpace space =
        new ConfigurationSpace(Map.of("p", new ContinuousParameterSpace(0.3, 0.95)));
    OptimizationConfiguration search =
        new OptimizationConfiguration.Builder()
            .candidateGenerator(new RandomSearchGenerator(space))
            .dataSource(ManifestDataSource.class, ManifestDataSource.properties(data, SIZE, 8, 1))
            .scoreFunction(new ValidationScore(ValidationScore.Measure.BACKGROUND_SHARE))
            .modelSaver(new ModelFolderSaver(folder.toString()))
            .terminationConditions(new MaxCandidatesCondition(3))
            .rngSeed(7)
            .build();
    LocalOptimizationRunner runner =
        new LocalOptimizationRunner(search, new TrainingTaskCreator(values -> training(values)));
    runner.execute();
    assertThat(runner.numCandidatesCompleted()).isGreaterThanOrEqualTo(3);
    assertThat(runner.bestScore()).isBetween(0.01, 0.99);
    ResultReference best = runner.getResults().get(runner.bestScoreCandidateIndex());
    assertThat(((ComputationGraph) best.getResultModel()).numParams()).isEqualTo(55);
  }

  @Test
  void aCandidateThatThrowsIsAFailedResultAndAGridEnds() {
    Seen seen = new Seen();
    LocalOptimizationRunner runner =
        new LocalOptimizationRunner(
            configuration(
                new GridSearchCandidateGenerator(
                    new ConfigurationSpace(Map.of("p", new DiscreteParameterSpace<>(0.5, 7.0))),
                    2,
                    GridSearchCandidateGenerator.Mode.Sequential,
                    null)),
            new TrainingTaskCreator(PlainArbiterTest::training));
    runner.addListeners(seen);
    runner.execute();
    assertThat(runner.numCandidatesCompleted()).isEqualTo(1);
    assertThat(runner.numCandidatesFailed()).isEqualTo(1);
    assertThat(runner.getCandidateStatus().get(1).getExceptionStackTrace())
        .startsWith("java.lang.IllegalArgumentException: P is 7.0");
    assertThat(seen.statuses)
        .contains(CandidateStatus.Running, CandidateStatus.Complete, CandidateStatus.Failed);
    assertThat(seen.epochs).containsExactly(0, 1);
  }

  @Test
  void aSearchThatWasKilledHasItsScoresFromTheJournal() {
    List<Double> first = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      boolean again = run == 1;
      Seen seen = new Seen();
      try (Journal journal = Journal.open(folder.resolve("journal"), Map.of("seed", 7))) {
        LocalOptimizationRunner runner =
            new LocalOptimizationRunner(
                configuration(new CandidatesOfSeed(3)),
                new TrainingTaskCreator(PlainArbiterTest::training, journal));
        runner.addListeners(seen);
        runner.execute();
        List<Double> scores =
            IntStream.range(0, 3)
                .mapToObj(i -> runner.getCandidateStatus().get(i).getScore())
                .toList();
        assertThat(again ? scores : first).isEqualTo(first);
        first.addAll(again ? List.of() : scores);
      }
      assertThat(seen.epochs.isEmpty()).isEqualTo(again);
    }
    assertThat(Journal.read(folder.resolve("journal"))).hasSize(3);
  }

  /** So many random candidates and no more. */
  private static final class CandidatesOfSeed extends RandomSearchGenerator {
    private int left;

    CandidatesOfSeed(int candidates) {
      super(new ConfigurationSpace(Map.of("p", new ContinuousParameterSpace(0.3, 0.95))));
      setRngSeed(7);
      left = candidates;
    }

    @Override
    public boolean hasMoreCandidates() {
      return left > 0;
    }

    @Override
    @SuppressWarnings("rawtypes") // As Arbiter's interface has it.
    public org.deeplearning4j.arbiter.optimize.api.Candidate getCandidate() {
      left--;
      return super.getCandidate();
    }
  }

  private static OptimizationConfiguration configuration(CandidateGenerator generator) {
    return new OptimizationConfiguration.Builder()
        .candidateGenerator(generator)
        .dataSource(ManifestDataSource.class, ManifestDataSource.properties(data, SIZE, 8, 1))
        .scoreFunction(new ValidationScore(ValidationScore.Measure.LOSS))
        .terminationConditions(new ExhaustedCondition())
        .build();
  }

  private static final class Seen extends BaseStatusListener {
    private final List<CandidateStatus> statuses = new ArrayList<>();
    private final List<Integer> epochs = new ArrayList<>();

    @Override
    public synchronized void onCandidateStatusChange(
        CandidateInfo info, IOptimizationRunner runner, OptimizationResult result) {
      statuses.add(info.getCandidateStatus());
    }

    @Override
    public synchronized void onCandidateIteration(CandidateInfo info, Object model, int epoch) {
      epochs.add(epoch);
    }
  }

  private static ConfigurationSpace space() {
    Map<String, ParameterSpace<?>> isnet = new LinkedHashMap<>();
    isnet.put("p", new ContinuousParameterSpace(0.3, 0.95));
    isnet.put("d", new DiscreteParameterSpace<>(0.9, 0.996, 1.0));
    Map<String, ParameterSpace<?>> keys = new LinkedHashMap<>();
    keys.put("isnet", new ConfigurationSpace(isnet));
    keys.put("learningRate", new ContinuousParameterSpace(new LogUniformDistribution(1e-4, 1e-2)));
    keys.put("epochs", new IntegerParameterSpace(5, 20));
    keys.put("updater", new FixedValue<>("adam"));
    return new ConfigurationSpace(keys);
  }

  private static List<?> candidates(RandomSearchGenerator generator) {
    generator.setRngSeed(7);
    return IntStream.range(0, 10).mapToObj(i -> generator.getCandidate().getValue()).toList();
  }

  @Test
  void aSpaceSurvivesJson() throws Exception {
    String json = JsonMapper.getMapper().writeValueAsString(space());
    ParameterSpace<?> read = JsonMapper.getMapper().readValue(json, ParameterSpace.class);
    List<?> candidates = candidates(new RandomSearchGenerator(space()));
    assertThat(candidates(new RandomSearchGenerator(read))).isEqualTo(candidates);
    assertThat(candidates.get(0))
        .hasToString(
            "{isnet={p=0.774954, d=1.0}, learningRate=4.97301E-4, epochs=19, updater=adam}");
  }

  @Test
  void aWholeConfigurationSurvivesJson() {
    Properties properties = ManifestDataSource.properties(data, SIZE, 8, 1);
    OptimizationConfiguration before =
        new OptimizationConfiguration.Builder()
            .candidateGenerator(new RandomSearchGenerator(space()))
            .dataSource(ManifestDataSource.class, properties)
            .scoreFunction(new ValidationScore(ValidationScore.Measure.MACRO_F1))
            .modelSaver(new ModelFolderSaver("models"))
            .terminationConditions(new ExhaustedCondition(), new NoBetterCondition(5))
            .rngSeed(7)
            .build();
    OptimizationConfiguration after = OptimizationConfiguration.fromJson(before.toJson());
    assertThat(after.toJson()).isEqualTo(before.toJson());
    assertThat(after.getDataSourceProperties()).isEqualTo(properties);
    assertThat(after.getScoreFunction()).hasToString("ValidationScore(MACRO_F1)");
    assertThat(after.getTerminationConditions())
        .hasToString("[ExhaustedCondition(), NoBetterCondition(5)]");
    // Arbiter does not seed the generator again; whoever reads a configuration must.
    assertThat(candidates((RandomSearchGenerator) after.getCandidateGenerator()))
        .isEqualTo(candidates(new RandomSearchGenerator(space())));
  }
}

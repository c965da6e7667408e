package dev.isnet.tuning.arbiter;

import dev.isnet.data.MaskedImageSource;
import dev.isnet.train.EpochMetrics;
import dev.isnet.train.Trainer;
import dev.isnet.train.TrainingListener;
import dev.isnet.tuning.Journal;
import dev.isnet.tuning.Outcome;
import dev.isnet.tuning.Trial;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.TaskCreator;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultSaver;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;

/**
 * Trains candidates of a {@link dev.isnet.tuning.ConfigurationSpace} in Arbiter's runner. A
 * candidate that fails is a result with the status Failed and its stack trace; Arbiter would forget
 * one that throws.
 *
 * <p>With a journal each score is on the disk before the next candidate starts, and a program that
 * was killed and is started again, with the same seed of its generator, has the scores from there
 * instead of training again; Arbiter's own results are then in memory as if it had. Models that
 * were saved are where they were.
 */
@SuppressWarnings("rawtypes") // As Arbiter's interface has it.
public final class TrainingTaskCreator implements TaskCreator {
  private static final String SCORE = "score";

  private final Function<Map<String, Object>, Training> trainings;
  private final Optional<Journal> journal;

  /**
   * Makes a task creator.
   *
   * @param trainings what a candidate's values mean
   */
  public TrainingTaskCreator(Function<Map<String, Object>, Training> trainings) {
    this(trainings, Optional.empty());
  }

  /**
   * Makes a task creator that loses nothing.
   *
   * @param trainings what a candidate's values mean
   * @param journal keeps the scores
   */
  public TrainingTaskCreator(Function<Map<String, Object>, Training> trainings, Journal journal) {
    this(trainings, Optional.of(journal));
  }

  private TrainingTaskCreator(
      Function<Map<String, Object>, Training> trainings, Optional<Journal> journal) {
    this.trainings = trainings;
    this.journal = journal;
  }

  /**
   * Not supported: Arbiter has replaced data providers by data sources.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  @Deprecated
  public Callable<OptimizationResult> create(
      Candidate candidate,
      DataProvider dataProvider,
      ScoreFunction scoreFunction,
      List<StatusListener> statusListeners,
      IOptimizationRunner runner) {
    throw new UnsupportedOperationException(
        "Use a DataSource, such as ManifestDataSource, in the place of the DataProvider.");
  }

  @Override
  public Callable<OptimizationResult> create(
      Candidate candidate,
      Class<? extends DataSource> dataSource,
      Properties dataSourceProperties,
      ScoreFunction scoreFunction,
      List<StatusListener> statusListeners,
      IOptimizationRunner runner) {
    return () ->
        new Task(
                candidate, dataSource, dataSourceProperties, scoreFunction, statusListeners, runner)
            .run();
  }

  private final class Task {
    private final Candidate candidate;
    private final Class<? extends DataSource> dataSource;
    private final Properties properties;
    private final ScoreFunction scoreFunction;
    private final List<StatusListener> listeners;
    private final IOptimizationRunner runner;
    private final long created = System.currentTimeMillis();

    Task(
        Candidate candidate,
        Class<? extends DataSource> dataSource,
        Properties properties,
        ScoreFunction scoreFunction,
        List<StatusListener> listeners,
        IOptimizationRunner runner) {
      this.candidate = candidate;
      this.dataSource = dataSource;
      this.properties = properties;
      this.scoreFunction = scoreFunction;
      this.listeners = List.copyOf(listeners);
      this.runner = runner;
    }

    OptimizationResult run() {
      tell(info(CandidateStatus.Running, null, null), null);
      OptimizationResult result;
      try {
        result = result();
      } catch (Exception | OutOfMemoryError e) {
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        result = failed(trace.toString());
      }
      tell(result.getCandidateInfo(), result);
      return result;
    }

    private OptimizationResult result() throws Exception {
      @SuppressWarnings("unchecked") // The candidates of a ConfigurationSpace are maps.
      Map<String, Object> values = (Map<String, Object>) candidate.getValue();
      Training training = trainings.apply(values);
      Trial trial =
          new Trial(candidate.getIndex(), values, training.plan().epochs(), training.plan().seed());
      Optional<Outcome> known = journal.flatMap(each -> each.outcome(trial));
      if (known.isPresent()) {
        return known.get() instanceof Outcome.Measured measured
            ? complete(measured.measures().get(SCORE))
            : failed(((Outcome.Failed) known.get()).reason());
      }
      long start = System.nanoTime();
      try {
        OptimizationResult result = train(training);
        write(trial, new Outcome.Measured(Map.of(SCORE, result.getScore())), start);
        return result;
      } catch (Exception | OutOfMemoryError e) {
        write(trial, new Outcome.Failed(e.toString()), start);
        throw e;
      }
    }

    private OptimizationResult train(Training training) throws Exception {
      DataSource data = dataSource.getDeclaredConstructor().newInstance();
      data.configure(properties);
      List<EpochMetrics> epochs = new ArrayList<>();
      Trainer.builder(
              training.network(),
              training.objective(),
              training.plan(),
              (MaskedImageSource) data.trainData(),
              (MaskedImageSource) data.testData())
          .optListener(
              new TrainingListener() {
                @Override
                public void epoch(EpochMetrics metrics) {
                  epochs.add(metrics);
                  CandidateInfo info = info(CandidateStatus.Running, null, null);
                  for (StatusListener listener : listeners) {
                    listener.onCandidateIteration(info, training.network(), metrics.epoch());
                  }
                }
              })
          .build()
          .fit();
      TrainedCandidate trained = new TrainedCandidate(training.network(), epochs);
      OptimizationResult result = complete(scoreFunction.score(trained, dataSource, properties));
      ResultSaver saver = runner.getConfiguration().getResultSaver();
      if (saver != null) {
        result.setResultReference(saver.saveModel(result, trained));
      }
      return result;
    }

    private void write(Trial trial, Outcome outcome, long start) {
      journal.ifPresent(each -> each.add(trial, outcome, (System.nanoTime() - start) / 1e9));
    }

    private OptimizationResult complete(Double score) {
      return new OptimizationResult(
          candidate,
          score,
          candidate.getIndex(),
          null,
          info(CandidateStatus.Complete, score, null),
          null);
    }

    private OptimizationResult failed(String trace) {
      return new OptimizationResult(
          candidate,
          null,
          candidate.getIndex(),
          null,
          info(CandidateStatus.Failed, null, trace),
          null);
    }

    private CandidateInfo info(CandidateStatus status, Double score, String trace) {
      return new CandidateInfo(
          candidate.getIndex(),
          status,
          score,
          created,
          created,
          status == CandidateStatus.Running ? null : System.currentTimeMillis(),
          candidate.getFlatParameters(),
          trace);
    }

    private void tell(CandidateInfo info, OptimizationResult result) {
      for (StatusListener listener : listeners) {
        listener.onCandidateStatusChange(info, runner, result);
      }
    }
  }
}

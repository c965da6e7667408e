package dev.isnet.tuning.arbiter;

import dev.isnet.data.MaskedImageSource;
import dev.isnet.evaluate.ClassMetrics;
import dev.isnet.evaluate.ConfusionMatrix;
import dev.isnet.evaluate.Evaluation;
import dev.isnet.explain.BackgroundShare;
import dev.isnet.explain.Explainer;
import dev.isnet.graph.Predictor;
import dev.isnet.relevance.RuleSet;
import dev.isnet.train.EpochMetrics;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What a data source's validation images say of a {@link TrainedCandidate}. */
public final class ValidationScore implements ScoreFunction {
  private static final long serialVersionUID = 1L;

  /** What is measured. */
  public enum Measure {
    /** The smallest validation loss of the training; less is better. */
    LOSS,
    /** The mean F1 over the classes. */
    MACRO_F1,
    /** The smallest F1 of a class. */
    WORST_CLASS_F1,
    /** The share of the relevance that lies in the background; less is better. */
    BACKGROUND_SHARE
  }

  private final Measure measure;

  /**
   * Makes a score function.
   *
   * @param measure what is measured
   */
  @JsonCreator
  public ValidationScore(@JsonProperty("measure") Measure measure) {
    this.measure = measure;
  }

  /**
   * Not supported: Arbiter has replaced data providers by data sources.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public double score(Object model, DataProvider dataProvider, Map<String, Object> parameters) {
    throw new UnsupportedOperationException(
        "Use a DataSource, such as ManifestDataSource, in the place of the DataProvider.");
  }

  @Override
  public double score(
      Object model, Class<? extends DataSource> dataSource, Properties dataSourceProperties) {
    TrainedCandidate trained = (TrainedCandidate) model;
    return switch (measure) {
      case LOSS ->
          trained.epochs().stream().mapToDouble(EpochMetrics::validationLoss).min().orElseThrow();
      case MACRO_F1 -> confusion(trained, images(dataSource, dataSourceProperties)).macroF1();
      case WORST_CLASS_F1 ->
          confusion(trained, images(dataSource, dataSourceProperties)).perClass().stream()
              .mapToDouble(ClassMetrics::f1)
              .min()
              .orElseThrow();
      case BACKGROUND_SHARE -> {
        try (Explainer explainer = new Explainer(trained.network(), RuleSet.standard())) {
          yield BackgroundShare.of(explainer, images(dataSource, dataSourceProperties))
              .orElseThrow(() -> new IllegalStateException("No validation image has a mask."));
        }
      }
    };
  }

  private static ConfusionMatrix confusion(TrainedCandidate trained, MaskedImageSource images) {
    try (Predictor predictor = new Predictor(trained.network())) {
      return Evaluation.evaluate(predictor, images).confusion();
    }
  }

  private static MaskedImageSource images(
      Class<? extends DataSource> dataSource, Properties properties) {
    try {
      DataSource data = dataSource.getDeclaredConstructor().newInstance();
      data.configure(properties);
      return (MaskedImageSource) data.testData();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          dataSource.getName() + " needs a public constructor without arguments.", e);
    }
  }

  @Override
  public boolean minimize() {
    return measure == Measure.LOSS || measure == Measure.BACKGROUND_SHARE;
  }

  @Override
  public List<Class<?>> getSupportedModelTypes() {
    return List.of(TrainedCandidate.class);
  }

  @Override
  public List<Class<?>> getSupportedDataTypes() {
    return List.of(MaskedImageSource.class);
  }

  @Override
  public String toString() {
    return "ValidationScore(" + measure + ")";
  }
}

package dev.isnet.tuning;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;

/** Tells Arbiter's genetic search that larger scores are better; it asks for nothing else. */
final class Larger implements ScoreFunction {
  private static final long serialVersionUID = 1L;

  @Override
  public double score(Object model, DataProvider data, Map<String, Object> parameters) {
    throw new UnsupportedOperationException();
  }

  @Override
  public double score(Object model, Class<? extends DataSource> data, Properties properties) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean minimize() {
    return false;
  }

  @Override
  public List<Class<?>> getSupportedModelTypes() {
    return List.of();
  }

  @Override
  public List<Class<?>> getSupportedDataTypes() {
    return List.of();
  }
}

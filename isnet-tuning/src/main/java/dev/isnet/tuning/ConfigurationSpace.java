package dev.isnet.tuning;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Arbiter's view of an experiment: a space for each of its keys, of which every candidate is a map
 * from key to value. A space within may be a configuration space again; its candidates are nested
 * maps. Numbers are rounded to six digits, so that a file that holds them means the same candidate.
 */
@SuppressWarnings("rawtypes") // As Arbiter's interface has it.
public final class ConfigurationSpace implements ParameterSpace<Map<String, Object>> {
  private static final MathContext DIGITS = new MathContext(6);

  private final Map<String, ParameterSpace<?>> keys;

  /**
   * Makes a space.
   *
   * @param keys a space for each key, in the order of the parameters
   */
  @JsonCreator
  public ConfigurationSpace(@JsonProperty("keys") Map<String, ParameterSpace<?>> keys) {
    this.keys = new LinkedHashMap<>(keys);
  }

  /**
   * Makes a space of ranges.
   *
   * @param ranges a range for each key
   * @return the space
   */
  public static ConfigurationSpace of(Map<String, ? extends Range> ranges) {
    Map<String, ParameterSpace<?>> keys = new LinkedHashMap<>();
    ranges.forEach((key, range) -> keys.put(key, range.space()));
    return new ConfigurationSpace(keys);
  }

  @Override
  public Map<String, Object> getValue(double[] parameterValues) {
    Map<String, Object> values = new LinkedHashMap<>();
    keys.forEach((key, space) -> values.put(key, rounded(space.getValue(parameterValues))));
    return values;
  }

  private static Object rounded(Object value) {
    return value instanceof Double number
        ? new BigDecimal(number).round(DIGITS).doubleValue()
        : value;
  }

  @Override
  public int numParameters() {
    return keys.values().stream().mapToInt(ParameterSpace::numParameters).sum();
  }

  @Override
  public List<ParameterSpace> collectLeaves() {
    List<ParameterSpace> leaves = new ArrayList<>();
    keys.values().forEach(space -> leaves.addAll(space.collectLeaves()));
    return leaves;
  }

  @Override
  public Map<String, ParameterSpace> getNestedSpaces() {
    return new LinkedHashMap<>(keys);
  }

  @Override
  public boolean isLeaf() {
    return false;
  }

  @Override
  public void setIndices(int... indices) {
    throw new UnsupportedOperationException("The leaves have the indices.");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfigurationSpace space && keys.equals(space.keys);
  }

  @Override
  public int hashCode() {
    return keys.hashCode();
  }

  @Override
  public String toString() {
    return "ConfigurationSpace" + keys;
  }
}

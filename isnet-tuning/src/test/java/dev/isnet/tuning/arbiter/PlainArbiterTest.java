package dev.isnet.tuning.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.tuning.ConfigurationSpace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.distribution.LogUniformDistribution;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.arbiter.optimize.serde.jackson.JsonMapper;
import org.junit.jupiter.api.Test;

class PlainArbiterTest {
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

  private static List<?> candidates(ParameterSpace<?> space) {
    RandomSearchGenerator generator = new RandomSearchGenerator(space);
    generator.setRngSeed(7);
    return IntStream.range(0, 10).mapToObj(i -> generator.getCandidate().getValue()).toList();
  }

  @Test
  void aSpaceSurvivesJson() throws Exception {
    String json = JsonMapper.getMapper().writeValueAsString(space());
    ParameterSpace<?> read = JsonMapper.getMapper().readValue(json, ParameterSpace.class);
    assertThat(candidates(read)).isEqualTo(candidates(space()));
    assertThat(candidates(space()).get(0).toString())
        .matches("\\{isnet=\\{p=0[.].*, d=.*}, learningRate=.*, epochs=\\d+, updater=adam}");
  }
}

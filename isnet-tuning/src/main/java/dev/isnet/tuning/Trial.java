package dev.isnet.tuning;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A question to the world: how good is this candidate after so many epochs? Trials of one candidate
 * and seed are one training that is continued.
 *
 * @param candidate the candidate's number, counted from 0
 * @param values its value for each key that has a range
 * @param epochs epochs in all, those of earlier trials included
 * @param seed what the training's randomness follows from
 */
public record Trial(int candidate, Map<String, Object> values, int epochs, long seed) {

  /** Copies the values; their order stays. */
  public Trial {
    values = new LinkedHashMap<>(values);
  }
}

package dev.isnet.tuning;

import java.util.Map;
import java.util.TreeMap;

/** What became of a trial. */
public sealed interface Outcome {

  /**
   * It was trained and measured.
   *
   * @param measures names and values, as {@link Score} weighs them
   */
  record Measured(Map<String, Double> measures) implements Outcome {
    /** Copies the measures. */
    public Measured {
      measures = new TreeMap<>(measures);
    }
  }

  /**
   * It diverged, ran out of memory, crashed or was refused.
   *
   * @param reason one sentence
   */
  record Failed(String reason) implements Outcome {}
}

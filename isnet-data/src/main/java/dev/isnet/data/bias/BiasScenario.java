package dev.isnet.data.bias;

import dev.isnet.data.InputException;
import java.util.Locale;

/** The three tests that tell whether a classifier looks at the background. */
public enum BiasScenario {
  /** Each class has its own shape: what training looks like. */
  BIASED,
  /** No shapes. */
  STANDARD,
  /** Each class has the shape of another class. */
  DECEIVING;

  /**
   * The scenario of the given name.
   *
   * @param name "biased", "standard" or "deceiving"
   * @return the scenario
   * @throws InputException if the name is another one
   */
  public static BiasScenario of(String name) {
    for (BiasScenario scenario : values()) {
      if (scenario.toString().equals(name)) {
        return scenario;
      }
    }
    throw new InputException(
        "The bias scenario is '" + name + "', but must be 'biased', 'standard' or 'deceiving'.");
  }

  /** The name as users write it: "biased", "standard" or "deceiving". */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package dev.isnet.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How macro F1 changes between two tests: the number that tells whether a classifier reads the
 * background. From biased to deceiving where both were run on the same images, else from the first
 * test to the last.
 *
 * @param from name of the first test
 * @param to name of the second
 */
public record Comparison(String from, String to) {

  private static final String BIASED = "biased";
  private static final String DECEIVING = "deceiving";

  /** Nothing to compare if there are fewer than two tests. */
  public static Optional<Comparison> of(List<String> scenarios) {
    if (scenarios.size() < 2) {
      return Optional.empty();
    }
    for (String from : scenarios) {
      // The name may say before it which images: "val, biased".
      if (from.endsWith(BIASED)) {
        String to = from.substring(0, from.length() - BIASED.length()) + DECEIVING;
        if (scenarios.contains(to)) {
          return Optional.of(new Comparison(from, to));
        }
      }
    }
    return Optional.of(new Comparison(scenarios.get(0), scenarios.get(scenarios.size() - 1)));
  }

  /** Whether it is the marker in the background that changes. */
  boolean isOfBias() {
    return from.endsWith(BIASED) && to.endsWith(DECEIVING);
  }

  /** Macro F1 in the second test less that in the first, if the system was tested in both. */
  Optional<Double> change(SystemReport system) {
    return system.macroF1(from).flatMap(before -> system.macroF1(to).map(after -> after - before));
  }

  /** As in: From biased to deceiving the plain classifier's macro F1 falls by 0.62, … */
  String sentence(List<SystemReport> systems) {
    List<String> clauses = new ArrayList<>();
    String lastVerb = "";
    for (SystemReport system : systems) {
      Optional<Double> change = change(system);
      if (change.isEmpty()) {
        continue;
      }
      String amount = Text.ratio(Math.abs(change.get()));
      String verb = amount.equals("0.00") ? "stays the same" : change.get() < 0 ? "falls" : "rises";
      String subject = "the " + system.name() + "’s" + (clauses.isEmpty() ? " macro F1" : "");
      String by = amount.equals("0.00") ? "" : " by " + amount;
      clauses.add(subject + (verb.equals(lastVerb) && !by.isEmpty() ? by : " " + verb + by));
      lastVerb = verb;
    }
    return clauses.isEmpty()
        ? "No system was tested both " + from + " and " + to + "."
        : "From %s to %s %s.".formatted(from, to, String.join(", ", clauses));
  }
}

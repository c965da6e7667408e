package dev.isnet.cli.report;

import dev.isnet.evaluate.ConfusionMatrix;
import java.util.List;

/**
 * The result of one test.
 *
 * @param scenario the test's name, as in "biased", "standard", "deceiving"
 * @param macroF1 mean F1 of the classes
 * @param confusions what came out: one matrix, or with several labels one of no and yes for each
 */
public record ScenarioResult(String scenario, double macroF1, List<ConfusionMatrix> confusions) {

  /** Copies the list. */
  public ScenarioResult {
    confusions = List.copyOf(confusions);
  }

  /** The result of a test of single labels. */
  public ScenarioResult(String scenario, ConfusionMatrix confusion) {
    this(scenario, confusion.macroF1(), List.of(confusion));
  }

  /** The test, and the label where there are several. */
  String caption(ConfusionMatrix confusion) {
    String test = Text.capitalised(scenario);
    return confusions.size() == 1 ? test : test + ", " + confusion.classes().get(1);
  }
}

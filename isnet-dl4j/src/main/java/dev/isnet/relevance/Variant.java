package dev.isnet.relevance;

import dev.isnet.data.InputException;
import dev.isnet.graph.Twin;
import dev.isnet.graph.op.DrawnLogit;
import dev.isnet.graph.op.LogitMaps;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.nd4j.autodiff.samediff.SDVariable;

/** What the heatmaps of training explain (Faster ISNet). */
public enum Variant {
  /** One map for every logit. */
  ORIGINAL,
  /**
   * One map: the log-odds η = ln(P/(1 − P)) of the least likely class, P by softmax: for single
   * labels only. Bare logits, without a function behind them, count as softmax's.
   */
  SELECTIVE,
  /**
   * One map: the greatest logit with probability ½, else one of the others, drawn anew each step.
   */
  STOCHASTIC,
  /** Two maps of all logits at once, by the rule z⁺ and by the rule set. */
  DUAL;

  /**
   * Maps of one relevance pass.
   *
   * @param maps how many maps an image
   * @param build adds the pass to the twin's graph
   */
  public record Group(int maps, Supplier<Heatmaps> build) {}

  /**
   * How many maps an image has.
   *
   * @param classes K
   * @return m
   */
  public int maps(int classes) {
    return switch (this) {
      case ORIGINAL -> classes;
      case SELECTIVE, STOCHASTIC -> 1;
      case DUAL -> 2;
    };
  }

  /**
   * The passes that make all maps.
   *
   * @param twin the twin
   * @param rules the rules
   * @param classes K
   * @param chunk largest number of maps in one pass of the original variant
   * @param hidden vertices whose relevance is wanted beside that of the pixels
   * @return the passes, to be added one after the other
   * @throws InputException for the selective variant of a network with sigmoid outputs
   */
  public List<Group> groups(
      Twin twin, RuleSet rules, int classes, int chunk, Collection<String> hidden) {
    SDVariable logits = twin.logits();
    List<Group> groups = new ArrayList<>();
    switch (this) {
      case ORIGINAL -> {
        for (int first = 0; first < classes; first += chunk) {
          int from = first;
          int count = Math.min(chunk, classes - first);
          groups.add(
              new Group(
                  count,
                  () -> RelevanceGraph.of(twin, rules, LogitMaps.of(logits, from, count), hidden)));
        }
      }
      case SELECTIVE -> {
        if (twin.output() == Twin.Output.SIGMOID) {
          throw new InputException(
              "The selective variant explains the odds of one class against the others; the network has sigmoid outputs, so use original, stochastic or dual.");
        }
        groups.add(new Group(1, () -> RelevanceGraph.ofLogOdds(twin, rules, hidden)));
      }
      case STOCHASTIC ->
          groups.add(
              new Group(
                  1,
                  () ->
                      RelevanceGraph.of(
                          twin, rules, new DrawnLogit(logits, twin.seed()).out(0), hidden)));
      case DUAL -> {
        groups.add(new Group(1, () -> RelevanceGraph.ofPositiveParts(twin, rules, hidden)));
        groups.add(
            new Group(1, () -> RelevanceGraph.of(twin, rules, LogitMaps.together(logits), hidden)));
      }
    }
    return groups;
  }
}

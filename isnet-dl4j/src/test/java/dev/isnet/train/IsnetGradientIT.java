package dev.isnet.train;

import dev.isnet.data.MaskedBatch;
import dev.isnet.graph.Networks;
import dev.isnet.graph.Twin;
import dev.isnet.loss.ForegroundForm;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.relevance.LayerSelector;
import dev.isnet.relevance.RelevanceRule;
import dev.isnet.relevance.RuleSet;
import dev.isnet.relevance.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The gradient of the whole loss, for every variant, against difference quotients. Batch norms'
 * statistics are constants to relevance, so the twin is one of evaluation, in which they are
 * constants to all.
 */
class IsnetGradientIT {

  private static final int TRIED = 67;
  private static final int TRIED_OF_A_RULE = 17;

  /**
   * A network with two of its hidden layers.
   *
   * @param hidden supervised too, where deep
   */
  record Case(Networks network, Variant variant, boolean deep, List<String> hidden) {
    Objective.Isnet objective() {
      HeatmapLoss loss = new HeatmapLoss(1, 3, 0.5, 2, 1, 0.9, ForegroundForm.HYBRID);
      Objective.Isnet objective = Objective.isnet(0.7, loss, RuleSet.standard()).with(variant);
      DeepSupervision.Bounds bounds = new DeepSupervision.Bounds(0.3, 3);
      return deep
          ? objective.with(
              new DeepSupervision(
                  Map.of(hidden.get(0), bounds, hidden.get(1), bounds),
                  DeepSupervision.DEFAULT_DECAY))
          : objective;
    }

    @Override
    public String toString() {
      return network + " " + variant + (deep ? " deep" : "");
    }
  }

  static List<Case> cases() {
    return Stream.of(
            cases(Networks.RESIDUAL, "c1", "r1"),
            cases(Networks.DENSE_BLOCK, "r0", "m1"),
            cases(Networks.SHAPES, "dw", "sep"),
            cases(Networks.VERTICES, "c2", "shifted"),
            cases(Networks.GATES, "c1", "gated"),
            cases(Networks.ACTIVATIONS, "leakyrelu", "tanh"))
        .flatMap(List::stream)
        .toList();
  }

  private static List<Case> cases(Networks network, String... hidden) {
    List<Case> cases = new ArrayList<>();
    for (Variant variant : Variant.values()) {
      cases.add(new Case(network, variant, false, List.of(hidden)));
      cases.add(new Case(network, variant, true, List.of(hidden)));
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithDifferenceQuotients(Case c) {
    ComputationGraph net = c.network().create(DataType.DOUBLE);
    MaskedBatch batch = Batches.of(Networks.images(DataType.DOUBLE, 2), 3);
    Twin twin = Twin.of(net, Twin.Mode.EVALUATION);
    LongStream positions = positions(twin, c.variant());
    try (Step step = new Step(net, twin, c.objective(), batch, 3)) {
      step.loss();
      DifferenceQuotients.assertAgree(net.params(), positions, step.gradient(), step::loss);
    }
  }

  /** A rule of all layers of a network with weights. */
  record Ruled(Networks network, RuleSet.Form form, RelevanceRule rule) {
    RuleSet rules() {
      return new RuleSet(form, RuleSet.DEFAULT_EPSILON, true, List.of())
          .with(new LayerSelector.Range(0, -1), rule);
    }
  }

  static List<Ruled> ruled() {
    double epsilon = RuleSet.DEFAULT_EPSILON;
    List<Ruled> cases = new ArrayList<>();
    for (Networks network : List.of(Networks.RESIDUAL, Networks.NORMS, Networks.SHAPES)) {
      for (RuleSet.Form form : RuleSet.Form.values()) {
        for (RelevanceRule rule :
            List.of(
                new RelevanceRule.Epsilon(epsilon),
                new RelevanceRule.Gamma(0.25, epsilon),
                new RelevanceRule.AlphaBeta(2, 1, epsilon),
                RelevanceRule.zPlus(epsilon),
                new RelevanceRule.Box(-1, 1, epsilon),
                new RelevanceRule.WSquare(),
                new RelevanceRule.Flat(),
                new RelevanceRule.Gradient())) {
          cases.add(new Ruled(network, form, rule));
        }
      }
    }
    return cases;
  }

  /** The heatmap loss alone, with bounds of the foreground that no map keeps. */
  @ParameterizedTest
  @MethodSource("ruled")
  void agreesWithDifferenceQuotientsThroughEveryRule(Ruled c) {
    ComputationGraph net = c.network().create(DataType.DOUBLE);
    MaskedBatch batch = Batches.of(Networks.images(DataType.DOUBLE, 2), 3);
    Twin twin = Twin.of(net, Twin.Mode.EVALUATION);
    HeatmapLoss loss = new HeatmapLoss(1, 3, 4, 4, 1, 0.9, ForegroundForm.HYBRID);
    LongStream positions =
        DifferenceQuotients.positions(
            compared(twin, c.form() == RuleSet.Form.TEXTBOOK || c.network() == Networks.NORMS),
            TRIED_OF_A_RULE);
    try (Step step = new Step(net, twin, Objective.isnet(1, loss, c.rules()), batch, 3)) {
      step.loss();
      DifferenceQuotients.assertAgree(
          net.params(), positions, step.gradient(), step::loss, 2.0 / TRIED_OF_A_RULE);
    }
  }

  /**
   * Parameters spread over all layers. The dual variant's first map is in the textbook form, in
   * which shifts are constants to the denominators, so only weights and scales can be compared. The
   * shift of a batch norm that is one with its layer is a constant to that layer's rule.
   */
  private static LongStream positions(Twin twin, Variant variant) {
    return DifferenceQuotients.positions(compared(twin, variant == Variant.DUAL), TRIED);
  }

  private static List<Twin.Parameter> compared(Twin twin, boolean textbook) {
    return twin.parameters().stream()
        .filter(p -> !textbook || !p.variable().name().matches(".*/(b|beta)"))
        .toList();
  }
}

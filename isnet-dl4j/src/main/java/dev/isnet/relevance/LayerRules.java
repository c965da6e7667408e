package dev.isnet.relevance;

import dev.isnet.graph.Twin;
import dev.isnet.graph.TwinNode;
import dev.isnet.graph.op.BoxOps;
import dev.isnet.graph.op.Constant;
import dev.isnet.graph.op.Elementwise;
import dev.isnet.graph.op.Factor;
import dev.isnet.graph.op.MapsScale;
import dev.isnet.graph.op.Sum;
import dev.isnet.graph.op.View;
import dev.isnet.graph.op.WeightedSum;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;

/** The rules of {@link RelevanceRule} for one layer z = W·x + b. */
final class LayerRules {

  private static final Factor ACTIVATION = new Factor.Activation();
  private static final Factor POSITIVE = Factor.of(x -> Math.max(x, 0), x -> x > 0 ? 1 : 0, x -> 0);
  private static final Factor NEGATIVE = Factor.of(x -> Math.min(x, 0), x -> x < 0 ? 1 : 0, x -> 0);
  private static final Factor SQUARE = Factor.of(x -> x * x, x -> 2 * x, x -> 2);

  private final TwinNode.Linear layer;
  private final SDVariable x;
  private final SDVariable weights;
  private final Optional<SDVariable> bias;
  private final TwinNode end;
  private final boolean textbook;

  /**
   * Prepares the rules.
   *
   * @param layer the layer
   * @param weights W, with the batch norm behind the layer fused in
   * @param bias b, likewise
   * @param end the node whose output is z
   * @param textbook whether what relevance holds constant takes no gradient in the denominators
   */
  LayerRules(
      TwinNode.Linear layer,
      SDVariable weights,
      Optional<SDVariable> bias,
      TwinNode end,
      boolean textbook) {
    this.layer = layer;
    this.x = layer.input().output();
    this.weights = weights;
    this.bias = bias;
    this.end = end;
    this.textbook = textbook;
  }

  /** The rule of every layer of a twin, by the node whose output is z. */
  static Map<TwinNode, RelevanceRule> assign(Twin twin, RuleSet rules) {
    Map<TwinNode.Linear, TwinNode> ends = new IdentityHashMap<>();
    List<TwinNode.Linear> layers = new ArrayList<>();
    for (TwinNode node : twin.nodes()) {
      if (node instanceof TwinNode.Linear layer) {
        layers.add(layer);
        ends.put(layer, layer);
      } else if (node instanceof TwinNode.Norm norm) {
        norm.fused().ifPresent(layer -> ends.put(layer, norm));
      }
    }
    Map<TwinNode, RelevanceRule> assigned = new IdentityHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      TwinNode.Linear layer = layers.get(i);
      assigned.put(
          ends.get(layer),
          rules.of(
              new LayerSelector.Position(
                  layer.vertex(),
                  layer instanceof TwinNode.Dense
                      ? LayerSelector.Kind.DENSE
                      : LayerSelector.Kind.CONVOLUTION,
                  i,
                  layers.size(),
                  seesPixels(layer.input()))));
    }
    return assigned;
  }

  /** Whether nothing but moving, dropping and masking stands between a node and the pixels. */
  private static boolean seesPixels(TwinNode node) {
    return node instanceof TwinNode.Input
        || (node instanceof TwinNode.Moved moved && seesPixels(moved.input()))
        || (node instanceof TwinNode.Drop drop && seesPixels(drop.input()))
        || (node instanceof TwinNode.Gate gate && seesPixels(gate.input()));
  }

  /**
   * LRP-z⁺ from an output layer whose relevance is c times the positive part of z itself, as the
   * dual variant starts.
   */
  RelevanceGraph.Signal applyToOwn(RelevanceRule.AlphaBeta rule, SDVariable c) {
    return alphaBeta(
        rule,
        (z, epsilon) ->
            new MapsScale(new MapsScale(c, z, ACTIVATION).out(0), z, new Factor.Stabilised(epsilon))
                .out(0));
  }

  /** Relevance of z to what arrives at x. */
  RelevanceGraph.Signal apply(RelevanceRule rule, RelevanceGraph.Signal relevance) {
    if (rule instanceof RelevanceRule.Epsilon r) {
      SDVariable sigma = divided(relevance, denominator(), r.epsilon());
      return new RelevanceGraph.Signal(layer.transpose(sigma, weights), true);
    }
    if (rule instanceof RelevanceRule.Gamma r) {
      return contributions(
          (z, epsilon) -> divided(relevance, z, epsilon),
          favoured(weights, r.gamma(), POSITIVE),
          favoured(weights, r.gamma(), NEGATIVE),
          bias.map(b -> favoured(b, r.gamma(), POSITIVE)),
          r.epsilon());
    }
    if (rule instanceof RelevanceRule.AlphaBeta r) {
      return alphaBeta(r, (z, epsilon) -> divided(relevance, z, epsilon));
    }
    if (rule instanceof RelevanceRule.Box r) {
      return new RelevanceGraph.Signal(box(r, relevance), false);
    }
    if (rule instanceof RelevanceRule.WSquare) {
      return regardless(relevance, new Elementwise(weights, SQUARE).out(0));
    }
    if (rule instanceof RelevanceRule.Flat) {
      return regardless(relevance, new Constant(weights, 1).out(0));
    }
    throw new IllegalStateException("no relevance by the rule " + rule);
  }

  /** How R becomes σ = R/(z + ε·s(z)). */
  @FunctionalInterface
  private interface Division {
    SDVariable of(SDVariable z, double epsilon);
  }

  private static SDVariable divided(RelevanceGraph.Signal relevance, SDVariable z, double epsilon) {
    Factor stabilised = new Factor.Stabilised(epsilon);
    return relevance.spread(new MapsScale(relevance.value(), relevance.at(z), stabilised).out(0));
  }

  /**
   * The layer's output as the textbook's denominators see it: what relevance holds constant takes
   * no gradient.
   */
  SDVariable denominator() {
    return View.valued(
        end.output(),
        bias.map(b -> layer.apply(x, weights, b)).orElseGet(() -> layer.apply(x, weights)));
  }

  /** v + γ·part(v). */
  private static SDVariable favoured(SDVariable v, double gamma, Factor part) {
    return new WeightedSum(List.of(1.0, gamma), v, new Elementwise(v, part).out(0)).out(0);
  }

  private RelevanceGraph.Signal alphaBeta(RelevanceRule.AlphaBeta rule, Division division) {
    SDVariable plus = new Elementwise(weights, POSITIVE).out(0);
    if (rule.isZPlus()) {
      return contributions(
          division,
          plus,
          notNegative(layer.input()) ? plus : new Elementwise(weights, NEGATIVE).out(0),
          bias.map(b -> new Elementwise(b, POSITIVE).out(0)),
          rule.epsilon());
    }
    SDVariable minus = new Elementwise(weights, NEGATIVE).out(0);
    RelevanceGraph.Signal positive =
        contributions(
            division,
            plus,
            minus,
            bias.map(b -> new Elementwise(b, POSITIVE).out(0)),
            rule.epsilon());
    RelevanceGraph.Signal negative =
        contributions(
            division,
            minus,
            plus,
            bias.map(b -> new Elementwise(b, NEGATIVE).out(0)),
            rule.epsilon());
    return new RelevanceGraph.Signal(
        new WeightedSum(List.of(rule.alpha(), -rule.beta()), positive.value(), negative.value())
            .out(0),
        positive.coefficient());
  }

  /**
   * R_x = x⁺ ⊙ Pᵀσ + x⁻ ⊙ Nᵀσ with σ = R/(z + ε·s(z)), z = P·x⁺ + N·x⁻ + b.
   *
   * @param division gives σ for z and ε
   * @param forPositive P, the weights that positive inputs meet
   * @param forNegative N, the weights that negative inputs meet; not used when there are none
   */
  private RelevanceGraph.Signal contributions(
      Division division,
      SDVariable forPositive,
      SDVariable forNegative,
      Optional<SDVariable> b,
      double epsilon) {
    if (notNegative(layer.input())) {
      SDVariable z =
          b.map(v -> layer.apply(x, forPositive, v)).orElseGet(() -> layer.apply(x, forPositive));
      SDVariable sigma = division.of(z, epsilon);
      return new RelevanceGraph.Signal(layer.transpose(sigma, forPositive), true);
    }
    SDVariable positive = new Elementwise(x, POSITIVE).out(0);
    SDVariable negative = new Elementwise(x, NEGATIVE).out(0);
    SDVariable z =
        new Sum(
                b.map(v -> layer.apply(positive, forPositive, v))
                    .orElseGet(() -> layer.apply(positive, forPositive)),
                layer.apply(negative, forNegative))
            .out(0);
    SDVariable sigma = division.of(z, epsilon);
    SDVariable fromPositive =
        new MapsScale(layer.transpose(sigma, forPositive), positive, ACTIVATION).out(0);
    SDVariable fromNegative =
        new MapsScale(layer.transpose(sigma, forNegative), negative, ACTIVATION).out(0);
    return new RelevanceGraph.Signal(new Sum(fromPositive, fromNegative).out(0), false);
  }

  /** Whether a node's output is never negative, whatever the pixels. */
  private static boolean notNegative(TwinNode node) {
    if (node instanceof TwinNode.Rectifier rectifier) {
      return rectifier.function().negativeSlope() == 0;
    }
    if (node instanceof TwinNode.Add add) {
      return add.factors().stream().allMatch(f -> f >= 0)
          && add.inputs().stream().allMatch(LayerRules::notNegative);
    }
    return (node instanceof TwinNode.MaxPool
            || node instanceof TwinNode.Moved
            || node instanceof TwinNode.Gate
            || node instanceof TwinNode.Merge
            || node instanceof TwinNode.Stack)
        && node.inputs().stream().allMatch(LayerRules::notNegative);
  }

  /** R_x = Vᵀσ with σ = R/(V·1): a rule that does not look at the inputs. */
  private RelevanceGraph.Signal regardless(RelevanceGraph.Signal relevance, SDVariable v) {
    SDVariable z = layer.apply(ones(layer.input()), v);
    // z is one image for all, so it cannot be looked up at the winners of each.
    SDVariable sigma =
        new MapsScale(relevance.everywhere().value(), z, new Factor.Stabilised(0)).out(0);
    return new RelevanceGraph.Signal(layer.transpose(sigma, v), false);
  }

  /**
   * LRP-zB. With V = −(lo·W⁺ + hi·W⁻) and u = −(lo·b⁺ + hi·b⁻) the rule is z = W∗x + b + V∗1 + u, σ
   * = R/(z + ε·s(z)), R_x = x ⊙ Wᵀσ + Vᵀσ; both transposes are one, with the weights side by side.
   */
  private SDVariable box(RelevanceRule.Box rule, RelevanceGraph.Signal relevance) {
    Factor edge = new Factor.Box(rule.lo(), rule.hi());
    SDVariable v = new Elementwise(weights, edge).out(0);
    SDVariable ones = ones(layer.input());
    SDVariable offset =
        bias.map(b -> layer.apply(ones, v, new Elementwise(b, edge).out(0)))
            .orElseGet(() -> layer.apply(ones, v));
    SDVariable y = textbook ? denominator() : end.output();
    SDVariable z = BoxOps.addImage(y, offset);
    SDVariable sigma = divided(relevance, z, rule.epsilon());
    return BoxOps.relevance(layer.transposeBoth(sigma, weights, v), x);
  }

  /** An image of ones as it arrives at a layer: zero padding stays zero in it. */
  private static SDVariable ones(TwinNode node) {
    if (node instanceof TwinNode.Moved moved) {
      return moved.again().apply(ones(moved.input()));
    }
    if (node instanceof TwinNode.Drop drop) {
      return ones(drop.input());
    }
    return Constant.example(node.output(), 1);
  }
}

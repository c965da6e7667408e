package dev.isnet.relevance;

import dev.isnet.data.InputException;
import dev.isnet.graph.Twin;
import dev.isnet.graph.TwinNode;
import dev.isnet.graph.op.BatchNorm;
import dev.isnet.graph.op.ChannelScale;
import dev.isnet.graph.op.Factor;
import dev.isnet.graph.op.FusedBias;
import dev.isnet.graph.op.LogOdds;
import dev.isnet.graph.op.LogitMaps;
import dev.isnet.graph.op.MapsScale;
import dev.isnet.graph.op.MaxPooling;
import dev.isnet.graph.op.NormGate;
import dev.isnet.graph.op.Stack;
import dev.isnet.graph.op.Sum;
import dev.isnet.graph.op.View;
import dev.isnet.graph.op.WeightedSum;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Adds layer-wise relevance propagation to a twin, as forward operations, so that one ordinary
 * backward pass differentiates the heatmaps. Walks from the logits to the pixels; {@link
 * LayerRules} has the rules of layers with weights.
 *
 * <p>A signal is carried in one of two forms. As <b>relevance</b> R it is what the rules speak of.
 * As <b>coefficient</b> c it stands for R = a ⊙ c, a being the activation it belongs to; that saves
 * the product with a that the next rule would divide by again, and for a network without ε it is
 * the gradient. All maps of a batch lie behind one another: map k of image b at k·B + b.
 */
public final class RelevanceGraph {

  private static final Factor ACTIVATION = new Factor.Activation();

  /**
   * What arrives at a node's output.
   *
   * @param value relevance or coefficient
   * @param coefficient which of the two
   * @param pool the max pool whose winners the value belongs to, all other cells being 0: until
   *     something must be done everywhere, there is less to do
   */
  record Signal(SDVariable value, boolean coefficient, Optional<TwinNode.MaxPool> pool) {
    Signal(SDVariable value, boolean coefficient) {
      this(value, coefficient, Optional.empty());
    }

    /** The same at every cell. */
    Signal everywhere() {
      return new Signal(spread(value), coefficient);
    }

    /** A value at the winners as one of all cells. */
    SDVariable spread(SDVariable atWinners) {
      return pool.map(p -> winners(p, atWinners)).orElse(atWinners);
    }

    /** Those of all cells that the signal belongs to. */
    SDVariable at(SDVariable everywhere) {
      return pool.map(p -> new MaxPooling.FromWinners(everywhere, p.operation().out(1)).out(0))
          .orElse(everywhere);
    }
  }

  private final Twin twin;
  private final RuleSet rules;
  private final Collection<String> hidden;
  private final Map<TwinNode, RelevanceRule> layerRules;
  private final Map<TwinNode, Signal> arriving = new IdentityHashMap<>();

  private RelevanceGraph(Twin twin, RuleSet rules, Collection<String> hidden) {
    for (TwinNode node : twin.nodes()) {
      if (node instanceof TwinNode.SelfAttention attention) {
        throw new InputException(
            "Relevance does not pass the self-attention of vertex \"%s\"; a transformer is explained by attention rollout and trained by the classification loss, system: plain."
                .formatted(attention.vertex()));
      }
    }
    this.twin = twin;
    this.rules = rules;
    this.hidden = hidden;
    this.layerRules = LayerRules.assign(twin, rules);
  }

  /**
   * One heatmap for every class: relevance z_k starts at logit k.
   *
   * @param twin the twin; operations are added to its graph
   * @param rules the rules
   * @return heatmaps [K·B, C, h, w]
   */
  public static SDVariable heatmaps(Twin twin, RuleSet rules) {
    return of(twin, rules, LogitMaps.of(twin.logits(), 0, 0), List.of()).pixels();
  }

  /**
   * The heatmaps of any linear combinations of the logits.
   *
   * @param twin the twin; operations are added to its graph
   * @param rules the rules
   * @param start coefficients c at the logits, [mB, K]: map k of image b explains Σ c·z, row k·B +
   *     b
   * @param hidden vertices whose relevance is wanted beside that of the pixels
   * @return the maps
   * @throws InputException when no relevance arrives at a wanted vertex
   */
  public static Heatmaps of(Twin twin, RuleSet rules, SDVariable start, Collection<String> hidden) {
    RelevanceGraph graph = new RelevanceGraph(twin, rules, hidden);
    graph.send(twin.last(), new Signal(start, true));
    return graph.build();
  }

  /**
   * The one heatmap of the log-odds of each image's least likely class: the selective variant. In
   * the textbook form a dense output layer and the differences of its logits are one layer, so no
   * relevance stands between them, and it follows LRP-ε or the plain gradient.
   *
   * @param twin the twin; operations are added to its graph
   * @param rules the rules
   * @param hidden vertices whose relevance is wanted beside that of the pixels
   * @return the maps
   * @throws InputException when no relevance arrives at a wanted vertex, or in the textbook form
   *     the output layer has a rule that the differences cannot follow
   */
  static Heatmaps ofLogOdds(Twin twin, RuleSet rules, Collection<String> hidden) {
    if (rules.form() == RuleSet.Form.MODIFIED_GRADIENT) {
      return of(twin, rules, LogOdds.coefficients(twin.logits()), hidden);
    }
    RelevanceGraph graph = new RelevanceGraph(twin, rules, hidden);
    TwinNode last = twin.last();
    if (last instanceof TwinNode.Dense layer) {
      SDVariable z =
          new LayerRules(layer, layer.weights(), layer.bias().map(View::constant), layer, true)
              .denominator();
      SDVariable sigma = LogOdds.divided(layer.output(), z, graph.epsilonOfOdds(layer));
      graph.send(layer.input(), new Signal(layer.transpose(sigma, layer.weights()), true));
    } else {
      graph.send(
          last, new Signal(LogOdds.divided(last.output(), last.output(), rules.epsilon()), true));
    }
    return graph.build();
  }

  private double epsilonOfOdds(TwinNode.Dense layer) {
    RelevanceRule rule = layerRules.get(layer);
    if (rule instanceof RelevanceRule.Epsilon r) {
      return r.epsilon();
    }
    if (rule instanceof RelevanceRule.Gradient) {
      return 0;
    }
    throw new InputException(
        "The output layer \"%s\" has the rule %s; explaining log-odds in the textbook form takes LRP-ε or the plain gradient there."
            .formatted(layer.vertex(), rule));
  }

  /**
   * The one heatmap of all logits at once by LRP-z⁺: the first map of the dual variant. A dense
   * output layer that follows LRP-z⁺ starts at the positive part of its own contributions, so no
   * relevance stands at the logits; one that the user gave another rule starts at the logits.
   *
   * @param twin the twin; operations are added to its graph
   * @param rules the rules of the second map
   * @param hidden vertices whose relevance is wanted beside that of the pixels
   * @return the maps
   * @throws InputException when no relevance arrives at a wanted vertex
   */
  static Heatmaps ofPositiveParts(Twin twin, RuleSet rules, Collection<String> hidden) {
    RelevanceGraph graph = new RelevanceGraph(twin, rules.allPositive(), hidden);
    TwinNode last = twin.last();
    SDVariable ones = LogitMaps.together(twin.logits());
    if (last instanceof TwinNode.Dense layer
        && graph.layerRules.get(layer) instanceof RelevanceRule.AlphaBeta rule
        && rule.isZPlus()) {
      Optional<SDVariable> bias = layer.bias().map(View::constant);
      graph.send(
          layer.input(),
          new LayerRules(layer, layer.weights(), bias, layer, true).applyToOwn(rule, ones));
    } else {
      graph.send(last, new Signal(ones, true));
    }
    return graph.build();
  }

  private Heatmaps build() {
    List<TwinNode> nodes = twin.nodes();
    Map<String, SDVariable> found = new LinkedHashMap<>();
    Map<String, TwinNode> outputs = new HashMap<>(); // the last node of a vertex is its output
    nodes.forEach(node -> outputs.put(node.vertex(), node));
    Set<String> reached = new LinkedHashSet<>();
    for (int i = nodes.size() - 1; i > 0; i--) {
      TwinNode node = nodes.get(i);
      Signal arrived = arriving.get(node);
      if (arrived != null) {
        Signal signal = pooled(node, arrived) ? arrived : arrived.everywhere();
        if (outputs.get(node.vertex()) == node) {
          reached.add(node.vertex());
          if (hidden.contains(node.vertex())) {
            found.putIfAbsent(node.vertex(), map(node, signal.everywhere()));
          }
        }
        if (node instanceof TwinNode.Rectifier rectifier && rectifier.from().isPresent()) {
          reached.add(rectifier.from().get());
          moved(rectifier, signal, found);
        }
        propagate(node, signal);
        arriving.remove(node);
      }
    }
    for (String vertex : hidden) {
      if (!found.containsKey(vertex)) {
        throw new InputException(
            "No relevance arrives at a vertex \"%s\"; it arrives at %s."
                .formatted(vertex, String.join(", ", reached)));
      }
    }
    TwinNode pixels = nodes.get(0);
    Signal signal = arriving.get(pixels).everywhere();
    return new Heatmaps(map(pixels, signal), found);
  }

  /** What a map shows: relevance, or coefficients where it is not multiplied by the input. */
  private SDVariable map(TwinNode node, Signal signal) {
    return rules.timesInput() ? relevance(node, signal) : coefficient(node, signal);
  }

  /** Whether a node knows what to do with a signal at a pool's winners. */
  private boolean pooled(TwinNode node, Signal signal) {
    RelevanceRule rule = layerRules.get(node);
    return rule != null && !multiplies(rule) && !signal.coefficient();
  }

  /** The map at the place where a rectifier stood before it was moved behind its pool. */
  private void moved(TwinNode.Rectifier node, Signal signal, Map<String, SDVariable> found) {
    String vertex = node.from().orElseThrow();
    if (hidden.contains(vertex)) {
      SDVariable map = map(node, new Signal(divided(node, signal), true));
      found.put(vertex, winners((TwinNode.MaxPool) node.input(), map));
    }
  }

  private static SDVariable winners(TwinNode.MaxPool pool, SDVariable signal) {
    return new MaxPooling.ToWinners(signal, pool.operation().out(1), pool.input().output()).out(0);
  }

  private void propagate(TwinNode node, Signal signal) {
    if (node instanceof TwinNode.Linear linear) {
      Optional<SDVariable> bias = textbook() ? linear.bias().map(View::constant) : linear.bias();
      layer(linear, linear.weights(), bias, node, signal);
    } else if (node instanceof TwinNode.Norm norm) {
      norm(norm, signal);
    } else if (node instanceof TwinNode.Rectifier rectifier) {
      rectifier(rectifier, signal);
    } else if (node instanceof TwinNode.Smooth smooth) {
      SDVariable c = divided(node, signal);
      SDVariable x = smooth.input().output();
      send(smooth.input(), new Signal(new MapsScale(c, x, smooth.slope()).out(0), true));
    } else if (node instanceof TwinNode.MaxPool pool) {
      Signal divided = pool.rectified() ? signal : new Signal(divided(node, signal), true);
      send(pool.input(), new Signal(divided.value(), divided.coefficient(), Optional.of(pool)));
    } else if (node instanceof TwinNode.Fixed fixed) {
      send(fixed.input(), new Signal(fixed.transpose().apply(divided(node, signal)), true));
    } else if (node instanceof TwinNode.Moved moved) {
      send(
          moved.input(), new Signal(moved.transpose().apply(signal.value()), signal.coefficient()));
    } else if (node instanceof TwinNode.Drop drop) {
      drop(drop, signal);
    } else if (node instanceof TwinNode.Add add) {
      SDVariable c = divided(node, signal);
      for (int i = 0; i < add.inputs().size(); i++) {
        send(add.inputs().get(i), new Signal(WeightedSum.scaled(c, add.factors().get(i)), true));
      }
    } else if (node instanceof TwinNode.Gate gate) {
      gate(gate, signal);
    } else if (node instanceof TwinNode.Merge merge) {
      SDVariable[] parts = merge.operation().split(signal.value());
      for (int i = 0; i < parts.length; i++) {
        send(merge.inputs().get(i), new Signal(parts[i], signal.coefficient()));
      }
    } else if (node instanceof TwinNode.Stack stack) {
      int count = stack.inputs().size();
      for (int i = 0; i < count; i++) {
        SDVariable part = Stack.part(signal.value(), i, count, stack.output());
        send(stack.inputs().get(i), new Signal(part, signal.coefficient()));
      }
    } else if (node instanceof TwinNode.Opaque) {
      throw new InputException(
          "Relevance does not pass the vertex \"%s\", which has no rule.".formatted(node.vertex()));
    } else {
      throw new IllegalStateException("no rule for " + node);
    }
  }

  /**
   * A rectifier passes relevance on; in the modified-gradient form it is where the layer before it
   * gets its ε. Where it stands behind a max pool, the pool's own division comes first.
   */
  private void rectifier(TwinNode.Rectifier node, Signal arrived) {
    Optional<TwinNode.MaxPool> pool = node.from().map(vertex -> (TwinNode.MaxPool) node.input());
    TwinNode before = pool.map(TwinNode.MaxPool::input).orElse(node.input());
    Signal signal = pool.isPresent() ? new Signal(divided(node, arrived), true) : arrived;
    RelevanceRule rule =
        layerRules.getOrDefault(before, new RelevanceRule.Epsilon(rules.epsilon()));
    double epsilon;
    if (!textbook() && rule instanceof RelevanceRule.Epsilon r) {
      epsilon = r.epsilon();
    } else if (rule instanceof RelevanceRule.Gradient) {
      epsilon = 0;
    } else {
      send(node.input(), new Signal(relevance(node, signal), false));
      return;
    }
    if (!signal.coefficient()) {
      SDVariable z = node.input().output();
      send(
          node.input(),
          new Signal(
              new MapsScale(signal.value(), z, new Factor.Stabilised(epsilon)).out(0), true));
      return;
    }
    // A ReLU's own output says as much as its input, which then need not be kept.
    boolean relu = node.function().isRelu();
    SDVariable z = relu ? node.output() : node.input().output();
    Factor gate = relu ? new Factor.ReluGate(epsilon) : new Factor.Gate(epsilon, node.function());
    if (before instanceof TwinNode.Norm norm && !hidden.contains(norm.vertex())) {
      SDVariable c =
          new NormGate(signal.value(), z, gate, norm.gamma(), norm.variance(), norm.epsilon())
              .out(0);
      send(norm.input(), new Signal(pool.map(p -> winners(p, c)).orElse(c), true));
    } else {
      send(node.input(), new Signal(new MapsScale(signal.value(), z, gate).out(0), true));
    }
  }

  /**
   * Relevance passes the noise unchanged. Where the noise only multiplies, R = x·factor·c, so the
   * factor joins the coefficient; where it adds, R = (x·factor + summand)·c belongs to x all the
   * same. A gradient knows the factor alone.
   */
  private void drop(TwinNode.Drop node, Signal signal) {
    if (signal.coefficient() && (!node.adds() || rules.isGradient())) {
      SDVariable c = new MapsScale(signal.value(), node.factor(), ACTIVATION).out(0);
      send(node.input(), new Signal(c, true));
    } else {
      send(node.input(), new Signal(relevance(node, signal), false));
    }
  }

  /**
   * R = x·g·c: the gate g joins the coefficient, and relevance itself passes where the gate is not
   * shut: LRP-zB gives some to erased pixels too. The gradient is that of a product, to the gate as
   * well.
   */
  private void gate(TwinNode.Gate node, Signal signal) {
    SDVariable x = node.input().output();
    SDVariable g = node.gate().output();
    if (!rules.isGradient()) {
      Factor factor = signal.coefficient() ? ACTIVATION : new Factor.Open();
      send(
          node.input(),
          new Signal(new MapsScale(signal.value(), g, factor).out(0), signal.coefficient()));
      return;
    }
    SDVariable c = coefficient(node, signal);
    send(node.input(), new Signal(new MapsScale(c, g, ACTIVATION).out(0), true));
    send(node.gate(), new Signal(new MapsScale(c, x, ACTIVATION).out(0), true));
  }

  /**
   * Batch norm: one linear layer together with the layer before it, or a 1×1 convolution of its
   * own. Where coefficients are only multiplied on their way, both are the same.
   */
  private void norm(TwinNode.Norm norm, Signal signal) {
    if (norm.fused().isPresent() && !multiplies(layerRules.get(norm))) {
      TwinNode.Linear layer = norm.fused().get();
      SDVariable weights =
          new ChannelScale(
                  layer.weights(),
                  layer.outputAxis().orElseThrow(),
                  norm.gamma(),
                  norm.variance(),
                  norm.epsilon())
              .out(0);
      SDVariable bias =
          new FusedBias(
                  norm.gamma(),
                  norm.beta(),
                  norm.mean(),
                  norm.variance(),
                  layer.bias(),
                  norm.epsilon())
              .out(0);
      layer(layer, weights, Optional.of(bias), norm, signal);
      return;
    }
    send(
        norm.input(),
        new Signal(
            new ChannelScale(
                    dividedNorm(norm, signal), 1, norm.gamma(), norm.variance(), norm.epsilon())
                .out(0),
            true));
  }

  private SDVariable dividedNorm(TwinNode.Norm norm, Signal signal) {
    if (!textbook() || multiplies(layerRules.get(norm))) {
      return coefficient(norm, signal, epsilon(layerRules.get(norm)));
    }
    SDVariable z =
        new BatchNorm(
                norm.input().output(),
                norm.gamma(),
                View.constant(norm.beta()),
                View.constant(norm.mean()),
                View.constant(norm.variance()),
                norm.epsilon())
            .out(0);
    return new MapsScale(relevance(norm, signal), z, new Factor.Stabilised(rules.epsilon())).out(0);
  }

  /**
   * A layer with its own weights or those with the batch norm behind it fused in.
   *
   * @param end the node whose output is z
   */
  private void layer(
      TwinNode.Linear layer,
      SDVariable weights,
      Optional<SDVariable> bias,
      TwinNode end,
      Signal signal) {
    RelevanceRule rule = layerRules.get(end);
    Signal sent;
    if (rule == null || multiplies(rule)) {
      sent = new Signal(layer.transpose(coefficient(end, signal, epsilon(rule)), weights), true);
    } else {
      sent =
          new LayerRules(layer, weights, bias, end, textbook())
              .apply(
                  rule, signal.coefficient() ? new Signal(relevance(end, signal), false) : signal);
    }
    send(layer.input(), sent);
  }

  /** Whether a layer's rule is Wᵀ alone; a layer without one belongs to the norm behind it. */
  private boolean multiplies(RelevanceRule rule) {
    return rule instanceof RelevanceRule.Gradient
        || !textbook() && rule instanceof RelevanceRule.Epsilon;
  }

  /**
   * What a pool, a sum or a smooth activation function distributes: R/(y + ε·s(y)), which is the
   * coefficient itself where no ε is applied.
   */
  private SDVariable divided(TwinNode node, Signal signal) {
    return textbook()
        ? new MapsScale(
                relevance(node, signal), node.output(), new Factor.Stabilised(rules.epsilon()))
            .out(0)
        : coefficient(node, signal);
  }

  private static SDVariable relevance(TwinNode node, Signal signal) {
    return signal.coefficient()
        ? new MapsScale(signal.value(), node.output(), ACTIVATION).out(0)
        : signal.value();
  }

  private SDVariable coefficient(TwinNode node, Signal signal) {
    return coefficient(node, signal, rules.epsilon());
  }

  private static SDVariable coefficient(TwinNode node, Signal signal, double epsilon) {
    return signal.coefficient()
        ? signal.value()
        : new MapsScale(signal.value(), node.output(), new Factor.Stabilised(epsilon)).out(0);
  }

  /** The ε of a rule that multiplies: the plain gradient has none. */
  private double epsilon(RelevanceRule rule) {
    if (rule instanceof RelevanceRule.Gradient) {
      return 0;
    }
    return rule instanceof RelevanceRule.Epsilon r ? r.epsilon() : rules.epsilon();
  }

  private boolean textbook() {
    return rules.form() == RuleSet.Form.TEXTBOOK;
  }

  private void send(TwinNode target, Signal signal) {
    arriving.merge(
        target,
        signal,
        (first, second) -> {
          Signal a = first.everywhere();
          Signal b = second.everywhere();
          if (a.coefficient() == b.coefficient()) {
            return new Signal(new Sum(a.value(), b.value()).out(0), a.coefficient());
          }
          return new Signal(new Sum(relevance(target, a), relevance(target, b)).out(0), false);
        });
  }
}

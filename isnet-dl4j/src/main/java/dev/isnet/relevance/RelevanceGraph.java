package dev.isnet.relevance;

import dev.isnet.graph.Twin;
import dev.isnet.graph.TwinNode;
import dev.isnet.graph.op.BatchNorm;
import dev.isnet.graph.op.BoxOps;
import dev.isnet.graph.op.ChannelScale;
import dev.isnet.graph.op.Concat;
import dev.isnet.graph.op.Elementwise;
import dev.isnet.graph.op.Factor;
import dev.isnet.graph.op.FusedBias;
import dev.isnet.graph.op.LogitMaps;
import dev.isnet.graph.op.MapsScale;
import dev.isnet.graph.op.MaxPooling;
import dev.isnet.graph.op.Sum;
import dev.isnet.graph.op.View;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Adds layer-wise relevance propagation to a twin, as forward operations, so that one ordinary
 * backward pass differentiates the heatmaps.
 *
 * <p>A signal is carried in one of two forms. As <b>relevance</b> R it is what the rules speak of.
 * As <b>coefficient</b> c it stands for R = a ⊙ c, a being the activation it belongs to; that saves
 * the product with a that the next rule would divide by again, and for a network without ε it is
 * the gradient. All maps of a batch lie behind one another: map k of image b at k·B + b.
 */
public final class RelevanceGraph {

  private static final Factor ACTIVATION = new Factor.Activation();

  private record Signal(SDVariable value, boolean coefficient) {}

  private final Twin twin;
  private final RuleSet rules;
  private final Factor stabilised;
  private final Map<TwinNode, Signal> arriving = new IdentityHashMap<>();

  private RelevanceGraph(Twin twin, RuleSet rules) {
    this.twin = twin;
    this.rules = rules;
    this.stabilised = new Factor.Stabilised(rules.epsilon());
  }

  /**
   * One heatmap for every class: relevance z_k starts at logit k.
   *
   * @param twin the twin; operations are added to its graph
   * @param rules the rules
   * @return heatmaps [K·B, C, h, w]
   */
  public static SDVariable heatmaps(Twin twin, RuleSet rules) {
    return new RelevanceGraph(twin, rules).build();
  }

  private SDVariable build() {
    List<TwinNode> nodes = twin.nodes();
    TwinNode last = nodes.get(nodes.size() - 1);
    send(last, new Signal(new LogitMaps(twin.logits()).out(0), true));
    for (int i = nodes.size() - 1; i > 0; i--) {
      TwinNode node = nodes.get(i);
      if (arriving.containsKey(node)) {
        propagate(node, arriving.get(node));
      }
    }
    TwinNode pixels = nodes.get(0);
    return relevance(pixels, arriving.get(pixels));
  }

  private void propagate(TwinNode node, Signal signal) {
    if (node instanceof TwinNode.Linear linear) {
      Optional<SDVariable> bias = textbook() ? linear.bias().map(View::constant) : linear.bias();
      linear(linear, linear.weights(), bias, node, signal);
    } else if (node instanceof TwinNode.Norm norm) {
      norm(norm, signal);
    } else if (node instanceof TwinNode.Rectifier rectifier) {
      rectifier(rectifier, signal);
    } else if (node instanceof TwinNode.MaxPool pool) {
      SDVariable c =
          new MaxPooling.ToWinners(
                  divided(node, signal), pool.operation().out(1), node.input().output())
              .out(0);
      send(node.input(), new Signal(c, true));
    } else if (node instanceof TwinNode.AveragePool pool) {
      send(node.input(), new Signal(pool.operation().transposed(divided(node, signal)), true));
    } else if (node instanceof TwinNode.Drop drop) {
      // R = x·mask·c: the mask joins the coefficient, and relevance itself passes.
      SDVariable c =
          signal.coefficient()
              ? new MapsScale(signal.value(), drop.mask(), ACTIVATION).out(0)
              : signal.value();
      send(node.input(), new Signal(c, signal.coefficient()));
    } else if (node instanceof TwinNode.Reshape) {
      send(
          node.input(),
          new Signal(View.shaped(signal.value(), node.input().output()), signal.coefficient()));
    } else {
      throw new IllegalStateException("no rule for " + node);
    }
  }

  /**
   * A ReLU passes relevance on; in the modified-gradient form it is where the layer before it gets
   * its ε.
   */
  private void rectifier(TwinNode.Rectifier node, Signal signal) {
    if (textbook() || boxed(node.input())) {
      send(node.input(), new Signal(relevance(node, signal), false));
    } else {
      SDVariable gated =
          new MapsScale(coefficient(signal), node.output(), new Factor.ReluGate(rules.epsilon()))
              .out(0);
      send(node.input(), new Signal(gated, true));
    }
  }

  /**
   * A dense or convolutional layer, with its own weights or those with the batch norm behind it
   * fused in.
   */
  private void linear(
      TwinNode.Linear layer,
      SDVariable weights,
      Optional<SDVariable> bias,
      TwinNode end,
      Signal signal) {
    if (boxed(end)) {
      SDVariable maps = box(layer, weights, bias, end, relevance(end, signal));
      send(layer.input(), new Signal(maps, false));
    } else {
      SDVariable sigma =
          textbook()
              ? new MapsScale(
                      relevance(end, signal), denominator(layer, weights, bias, end), stabilised)
                  .out(0)
              : coefficient(signal);
      send(layer.input(), new Signal(layer.transpose(sigma, weights), true));
    }
  }

  /**
   * LRP-zB. With V = −(lo·W⁺ + hi·W⁻) and u = −(lo·b⁺ + hi·b⁻) the rule is z = W∗x + b + V∗1 + u, σ
   * = R/(z + ε·s(z)), R_x = x ⊙ Wᵀσ + Vᵀσ; both transposes are one, with the weights side by side.
   */
  private SDVariable box(
      TwinNode.Linear layer,
      SDVariable weights,
      Optional<SDVariable> bias,
      TwinNode end,
      SDVariable relevance) {
    RuleSet.Box bounds = rules.box().orElseThrow();
    Factor edge = new Factor.Box(bounds.lo(), bounds.hi());
    SDVariable x = layer.input().output();
    SDVariable v = new Elementwise(weights, edge).out(0);
    SDVariable ones = BoxOps.ones(x);
    SDVariable offset =
        bias.map(b -> layer.apply(ones, v, new Elementwise(b, edge).out(0)))
            .orElseGet(() -> layer.apply(ones, v));
    SDVariable y = textbook() ? denominator(layer, weights, bias, end) : end.output();
    SDVariable z = BoxOps.addImage(y, offset);
    SDVariable sigma = new MapsScale(relevance, z, stabilised).out(0);
    return BoxOps.relevance(layer.transpose(sigma, new Concat(weights, v).out(0)), x);
  }

  /**
   * The layer's output as the textbook's denominators see it: what relevance holds constant takes
   * no gradient.
   */
  private static SDVariable denominator(
      TwinNode.Linear layer, SDVariable weights, Optional<SDVariable> bias, TwinNode end) {
    SDVariable x = layer.input().output();
    return View.valued(
        end.output(),
        bias.map(b -> layer.apply(x, weights, b)).orElseGet(() -> layer.apply(x, weights)));
  }

  /**
   * Batch norm: one linear layer together with the layer before it, or a 1×1 convolution of its
   * own.
   */
  private void norm(TwinNode.Norm norm, Signal signal) {
    if (norm.fused().isPresent()) {
      TwinNode.Linear layer = norm.fused().get();
      SDVariable weights =
          new ChannelScale(layer.weights(), 0, norm.gamma(), norm.variance(), norm.epsilon())
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
      linear(layer, weights, Optional.of(bias), norm, signal);
      return;
    }
    SDVariable sigma = coefficientOf(norm, signal);
    send(
        norm.input(),
        new Signal(
            new ChannelScale(sigma, 1, norm.gamma(), norm.variance(), norm.epsilon()).out(0),
            true));
  }

  private SDVariable coefficientOf(TwinNode.Norm norm, Signal signal) {
    if (!textbook()) {
      return coefficient(signal);
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
    return new MapsScale(relevance(norm, signal), z, stabilised).out(0);
  }

  /**
   * What a pool distributes: R/(y + ε·s(y)), which is the coefficient itself where no ε is applied.
   */
  private SDVariable divided(TwinNode node, Signal signal) {
    return textbook()
        ? new MapsScale(relevance(node, signal), node.output(), stabilised).out(0)
        : coefficient(signal);
  }

  private SDVariable relevance(TwinNode node, Signal signal) {
    return signal.coefficient()
        ? new MapsScale(signal.value(), node.output(), ACTIVATION).out(0)
        : signal.value();
  }

  private static SDVariable coefficient(Signal signal) {
    if (!signal.coefficient()) {
      throw new IllegalStateException("relevance arrived where a coefficient is needed");
    }
    return signal.value();
  }

  private boolean textbook() {
    return rules.form() == RuleSet.Form.TEXTBOOK;
  }

  /**
   * Whether LRP-zB holds for the layer that ends at a node: nothing linear stands between it and
   * the pixels.
   */
  private boolean boxed(TwinNode end) {
    if (rules.box().isEmpty()) {
      return false;
    }
    TwinNode layer =
        end instanceof TwinNode.Norm norm && norm.fused().isPresent() ? norm.fused().get() : end;
    if (!(layer instanceof TwinNode.Linear)) {
      return false;
    }
    TwinNode source = layer.input();
    while (source instanceof TwinNode.Reshape || source instanceof TwinNode.Drop) {
      source = source.input();
    }
    return source instanceof TwinNode.Input;
  }

  private void send(TwinNode target, Signal signal) {
    arriving.merge(
        target,
        signal,
        (a, b) -> {
          if (a.coefficient() == b.coefficient()) {
            return new Signal(new Sum(a.value(), b.value()).out(0), a.coefficient());
          }
          return new Signal(new Sum(relevance(target, a), relevance(target, b)).out(0), false);
        });
  }
}

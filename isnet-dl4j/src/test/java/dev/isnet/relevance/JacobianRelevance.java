package dev.isnet.relevance;

import static dev.isnet.relevance.NaiveNetwork.transposed;

import dev.isnet.relevance.NaiveNetwork.Cellwise;
import dev.isnet.relevance.NaiveNetwork.Gated;
import dev.isnet.relevance.NaiveNetwork.Linear;
import dev.isnet.relevance.NaiveNetwork.Max;
import dev.isnet.relevance.NaiveNetwork.Normed;
import dev.isnet.relevance.NaiveNetwork.Role;
import dev.isnet.relevance.NaiveNetwork.Stacked;
import dev.isnet.relevance.NaiveNetwork.Step;
import dev.isnet.relevance.NaiveNetwork.Unstacked;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Layer-wise relevance propagation with explicit Jacobians and plain loops, in both forms.
 *
 * <p>The textbook form carries relevance R. The modified-gradient form carries the backward signal
 * g, H = x ⊙ g, whose ReLUs multiply it by a/(a + ε); where a layer has another rule than LRP-ε, it
 * starts from R = a ⊙ g and its relevance goes on as the textbook's does, up to the next layer.
 *
 * @param network the network with its activations
 * @param form which of the two
 * @param epsilon ε
 * @param rules the rule of each layer, by its vertex
 */
record JacobianRelevance(
    NaiveNetwork network,
    RuleSet.Form form,
    double epsilon,
    Function<String, RelevanceRule> rules) {

  /** What arrives at a step's output: relevance, or the backward signal. One row an image. */
  private record Signal(double[][] values, boolean relevance) {}

  /** Relevance, of the pixels and of hidden layers, and the backward signal where there is one. */
  record Result(JacobianRelevance of, Map<Step, Signal> arrived) {

    /** Relevance of a vertex's output, one row an image. */
    double[][] relevance(String vertex) {
      Step step = of.network.outputs().get(vertex);
      return asRelevance(step, arrived.get(step)).values();
    }

    /** The backward signal at the pixels. */
    double[][] gradient() {
      Signal signal = arrived.get(of.network.steps().get(0));
      if (signal.relevance()) {
        throw new IllegalStateException("there is only relevance");
      }
      return signal.values();
    }
  }

  /** All layers by LRP-ε. */
  static JacobianRelevance of(NaiveNetwork network, RuleSet.Form form, double epsilon) {
    RelevanceRule rule = new RelevanceRule.Epsilon(epsilon);
    return new JacobianRelevance(network, form, epsilon, layer -> rule);
  }

  private boolean textbook() {
    return form == RuleSet.Form.TEXTBOOK;
  }

  /** What explains Σ c·z of every image. */
  Result explain(double[]... c) {
    Map<Step, Signal> arrived = new IdentityHashMap<>();
    arrived.put(network.logits(), new Signal(c, false));
    for (int i = network.steps().size() - 1; i > 0; i--) {
      Step step = network.steps().get(i);
      Signal signal = arrived.get(step);
      if (signal != null) {
        propagate(step, signal, arrived);
      }
    }
    return new Result(this, arrived);
  }

  private void propagate(Step step, Signal signal, Map<Step, Signal> arrived) {
    if (step instanceof Stacked) {
      int from = 0;
      for (Step input : step.inputs()) {
        int to = from + input.output().length;
        send(
            input,
            new Signal(Arrays.copyOfRange(signal.values(), from, to), signal.relevance()),
            arrived);
        from = to;
      }
      return;
    }
    if (step instanceof Unstacked part) {
      double[][] all = new double[part.input().output().length][part.input().output()[0].length];
      System.arraycopy(
          signal.values(), 0, all, part.part() * signal.values().length, signal.values().length);
      send(part.input(), new Signal(all, signal.relevance()), arrived);
      return;
    }
    if (step instanceof Gated gated) {
      gated(gated, signal, arrived);
      return;
    }
    Signal sent = back(step, signal);
    int from = 0;
    for (Step input : step.inputs()) {
      int start = from;
      int to = from + input.output()[0].length;
      double[][] own =
          Arrays.stream(sent.values())
              .map(row -> Arrays.copyOfRange(row, start, to))
              .toArray(double[][]::new);
      send(input, new Signal(own, sent.relevance()), arrived);
      from = to;
    }
  }

  /** Relevance goes to what is let through alone; without ε the signal is a product's gradient. */
  private void gated(Gated step, Signal signal, Map<Step, Signal> arrived) {
    double[][] x = step.input().output();
    double[][] gate = step.gate().output();
    boolean gradient = !textbook() && epsilon == 0;
    Signal at = gradient ? new Signal(asGradient(step, signal, epsilon), false) : signal;
    double[][] toInput = new double[x.length][];
    double[][] toGate = new double[x.length][];
    for (int b = 0; b < x.length; b++) {
      double[] factor =
          at.relevance() ? Arrays.stream(gate[b]).map(g -> g == 0 ? 0 : 1).toArray() : gate[b];
      toInput[b] = product(at.values()[b], factor);
      toGate[b] = product(at.values()[b], x[b]);
    }
    send(step.input(), new Signal(toInput, at.relevance()), arrived);
    if (gradient) {
      send(step.gate(), new Signal(toGate, false), arrived);
    }
  }

  /** What a step sends to its inputs, side by side. */
  private Signal back(Step step, Signal signal) {
    if (step instanceof Linear linear && linear.role() == Role.LAYER) {
      RelevanceRule rule = rules.apply(linear.layer());
      if (rule instanceof RelevanceRule.Gradient
          || !textbook() && rule instanceof RelevanceRule.Epsilon) {
        return new Signal(
            each(
                asGradient(step, signal, rule instanceof RelevanceRule.Gradient ? 0 : epsilon),
                g -> transposed(linear.matrix(), g)),
            false);
      }
      double[][] r = asRelevance(step, signal).values();
      double[][] sent = new double[r.length][];
      double[] ones = ones(linear.input());
      for (int b = 0; b < r.length; b++) {
        sent[b] = NaiveRules.relevance(rule, linear, step.joined(b), ones, r[b]);
      }
      return new Signal(sent, true);
    }
    if (step instanceof Linear moved && moved.role() == Role.MOVED) {
      return new Signal(
          each(signal.values(), s -> transposed(moved.matrix(), s)), signal.relevance());
    }
    if (step instanceof Linear fixed) {
      return shared(step, signal, (b, g) -> transposed(fixed.matrix(), g));
    }
    if (step instanceof Normed normed) {
      return shared(step, signal, (b, g) -> transposed(normed.matrices().get(b), g));
    }
    if (step instanceof Max max) {
      return shared(
          step,
          signal,
          (b, g) -> {
            double[] x = new double[max.input().output()[b].length];
            for (int o = 0; o < g.length; o++) {
              x[max.winners()[b][o]] += g[o];
            }
            return x;
          });
    }
    Cellwise cells = (Cellwise) step;
    if (!cells.rectifier()) {
      return shared(step, signal, (b, g) -> product(g, cells.slopes()[b]));
    }
    RelevanceRule before = ruleBefore(cells);
    boolean plain = before instanceof RelevanceRule.Gradient;
    if (!plain && (textbook() || !(before instanceof RelevanceRule.Epsilon))) {
      return asRelevance(step, signal);
    }
    double[][] z = cells.input().output();
    if (signal.relevance()) { // it passes, and meets LRP-ε of the layer before
      return new Signal(divided(signal.values(), z, plain ? 0 : epsilon), false);
    }
    double[][] g = new double[z.length][];
    for (int b = 0; b < z.length; b++) {
      g[b] = product(signal.values()[b], cells.slopes()[b]);
      for (int i = 0; i < g[b].length; i++) {
        double a = Math.abs(z[b][i]);
        g[b][i] *= plain ? 1 : a == 0 ? 0 : a / (a + epsilon);
      }
    }
    return new Signal(g, false);
  }

  /** A rectifier behind something without weights follows the rule set. */
  private RelevanceRule ruleBefore(Cellwise rectifier) {
    return rectifier.input() instanceof Linear linear && linear.role() == Role.LAYER
        ? rules.apply(linear.layer())
        : new RelevanceRule.Epsilon(epsilon);
  }

  private interface Transpose {
    double[] of(int image, double[] signal);
  }

  /** The convolution's rule for what has no weights: Jᵀ of R/(y + ε·s(y)), times the inputs. */
  private Signal shared(Step step, Signal signal, Transpose transpose) {
    double[][] g =
        textbook()
            ? divided(asRelevance(step, signal).values(), step.output(), epsilon)
            : asGradient(step, signal, epsilon);
    double[][] sent = new double[g.length][];
    for (int b = 0; b < g.length; b++) {
      sent[b] = transpose.of(b, g[b]);
      if (textbook()) {
        sent[b] = product(sent[b], step.joined(b));
      }
    }
    return new Signal(sent, textbook());
  }

  private static void send(Step input, Signal signal, Map<Step, Signal> arrived) {
    arrived.merge(
        input,
        signal,
        (first, second) -> {
          boolean mixed = first.relevance() != second.relevance();
          Signal a = mixed ? asRelevance(input, first) : first;
          Signal b = mixed ? asRelevance(input, second) : second;
          double[][] sum = new double[a.values().length][];
          for (int r = 0; r < sum.length; r++) {
            sum[r] = a.values()[r].clone();
            for (int i = 0; i < sum[r].length; i++) {
              sum[r][i] += b.values()[r][i];
            }
          }
          return new Signal(sum, a.relevance());
        });
  }

  private static Signal asRelevance(Step step, Signal signal) {
    if (signal.relevance()) {
      return signal;
    }
    double[][] r = new double[signal.values().length][];
    for (int b = 0; b < r.length; b++) {
      r[b] = product(signal.values()[b], step.output()[b]);
    }
    return new Signal(r, true);
  }

  private static double[][] asGradient(Step step, Signal signal, double epsilon) {
    return signal.relevance() ? divided(signal.values(), step.output(), epsilon) : signal.values();
  }

  private static double[][] divided(double[][] r, double[][] y, double epsilon) {
    double[][] shares = new double[r.length][];
    for (int b = 0; b < r.length; b++) {
      shares[b] = new double[r[b].length];
      for (int i = 0; i < r[b].length; i++) {
        shares[b][i] = NaiveRules.share(r[b][i], y[b][i], epsilon);
      }
    }
    return shares;
  }

  private static double[][] each(double[][] rows, Function<double[], double[]> map) {
    return Arrays.stream(rows).map(map).toArray(double[][]::new);
  }

  private static double[] product(double[] a, double[] b) {
    double[] product = a.clone();
    for (int i = 0; i < a.length; i++) {
      product[i] *= b[i];
    }
    return product;
  }

  /** An image of ones as it arrives at a layer: zeros of the padding stay zero. */
  private static double[] ones(Step step) {
    if (step instanceof Linear moved && moved.role() == Role.MOVED && moved.inputs().size() == 1) {
      return NaiveNetwork.times(moved.matrix(), ones(moved.input()));
    }
    double[] ones = new double[step.output()[0].length];
    Arrays.fill(ones, 1);
    return ones;
  }
}

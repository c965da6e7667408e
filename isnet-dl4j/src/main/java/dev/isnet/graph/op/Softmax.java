package dev.isnet.graph.op;

import java.util.Arrays;

/** Probabilities from logits. */
public final class Softmax {
  private Softmax() {}

  /**
   * e^z / Σ e^z, whatever the size of the logits.
   *
   * @param z logits of one image, at least one; not changed
   * @return probabilities
   */
  public static double[] of(double[] z) {
    double max = Arrays.stream(z).max().orElseThrow();
    double[] p = Arrays.stream(z).map(v -> Math.exp(v - max)).toArray();
    double sum = Arrays.stream(p).sum();
    return Arrays.stream(p).map(v -> v / sum).toArray();
  }
}

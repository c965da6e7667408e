package dev.isnet.loss;

/**
 * The weights of global weighted rank pooling: r = Σ dⁱ·U₍ᵢ₎ / Σ dⁱ over all n values in falling
 * order; d = 0 is the maximum, d = 1 the mean.
 */
final class RankWeights {

  private final double[] weights;

  /** Weights for n values and a decay d in [0, 1]. */
  RankWeights(double d, int n) {
    weights = new double[n];
    double total = 0;
    double power = 1;
    for (int i = 0; i < n; i++) {
      weights[i] = power;
      total += power;
      power *= d;
    }
    for (int i = 0; i < n; i++) {
      weights[i] /= total;
    }
  }

  /** Weight of the value of a rank; 0 is the greatest value's. */
  double of(int rank) {
    return weights[rank];
  }
}

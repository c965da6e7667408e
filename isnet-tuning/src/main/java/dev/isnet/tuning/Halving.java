package dev.isnet.tuning;

import java.util.ArrayList;
import java.util.List;

/**
 * Successive halving (Jamieson, Talwalkar 2016): many candidates get few epochs, and of each rung
 * the best 1/eta go on to the next, with eta times the epochs, until one has all.
 *
 * @param eta the factor, at least 2
 * @param least epochs of the first rung, at least 1
 */
public record Halving(int eta, int least) {

  /** Checks the ranges. */
  public Halving {
    if (eta < 2 || least < 1) {
      throw new IllegalArgumentException("eta is " + eta + ", least is " + least);
    }
  }

  /**
   * The rungs.
   *
   * @param epochs of the last rung
   * @return epochs of each rung, ascending, the first at least {@code least}
   */
  public List<Integer> rungs(int epochs) {
    List<Integer> rungs = new ArrayList<>(List.of(epochs));
    while ((rungs.get(0) + eta - 1) / eta >= least && rungs.get(0) > 1) {
      rungs.add(0, (rungs.get(0) + eta - 1) / eta);
    }
    return List.copyOf(rungs);
  }

  /**
   * How many candidates begin so that one reaches the end.
   *
   * @param epochs of the last rung
   * @return eta to the power of the number of rungs less one
   */
  public int bracket(int epochs) {
    return (int) Math.min(100_000, Math.pow(eta, rungs(epochs).size() - 1));
  }

  /**
   * How many of a rung go on.
   *
   * @param there candidates of the rung
   * @return at least 1
   */
  int promoted(int there) {
    return Math.max(1, there / eta);
  }
}

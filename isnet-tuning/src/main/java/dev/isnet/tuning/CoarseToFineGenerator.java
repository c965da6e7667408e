package dev.isnet.tuning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.generator.BaseCandidateGenerator;

/**
 * The paper's way to P and d: a coarse search over all ranges, then a fine one around the best. The
 * coarse candidates are a Latin hypercube, whose n points have each n-th of each range once; the
 * fine ones are drawn evenly from a box around the best so far, whose sides are what one coarse
 * candidate stands for: n^(−1/k) of each of k ranges.
 */
public final class CoarseToFineGenerator extends BaseCandidateGenerator<Map<String, Object>> {
  private final int coarse;
  private final int candidates;
  private final boolean minimize;
  private double[][] hypercube;
  private Random fine;
  private double[] best;
  private double bestScore;

  /**
   * Makes a generator.
   *
   * @param space all ranges
   * @param coarse candidates of the coarse search, at least 1
   * @param candidates of both searches
   * @param minimize whether a smaller score is better
   * @param seed decides all candidates, together with the scores
   */
  public CoarseToFineGenerator(
      ConfigurationSpace space, int coarse, int candidates, boolean minimize, long seed) {
    super(space, null, false);
    this.coarse = coarse;
    this.candidates = candidates;
    this.minimize = minimize;
    initialize();
    start(seed);
  }

  private void start(long seed) {
    fine = new Random(seed);
    int ranges = parameterSpace.numParameters();
    hypercube = new double[coarse][ranges];
    for (int range = 0; range < ranges; range++) {
      List<Integer> shares = new ArrayList<>(IntStream.range(0, coarse).boxed().toList());
      Collections.shuffle(shares, fine);
      for (int i = 0; i < coarse; i++) {
        hypercube[i][range] = (shares.get(i) + fine.nextDouble()) / coarse;
      }
    }
    best = IntStream.range(0, ranges).mapToDouble(range -> 0.5).toArray();
    bestScore = Double.NaN;
  }

  @Override
  public void setRngSeed(long seed) {
    start(seed);
  }

  @Override
  public boolean hasMoreCandidates() {
    return candidateCounter.get() < candidates;
  }

  @Override
  public Candidate<Map<String, Object>> getCandidate() {
    int index = candidateCounter.getAndIncrement();
    double[] at = index < coarse ? hypercube[index] : around(best);
    return new Candidate<>(parameterSpace.getValue(at), index, at, dataParameters, null);
  }

  private double[] around(double[] centre) {
    double side = Math.pow(coarse, -1.0 / centre.length);
    return Arrays.stream(centre)
        .map(
            at -> {
              double least = Math.max(0, at - side / 2);
              double most = Math.min(1, at + side / 2);
              return least + fine.nextDouble() * (most - least);
            })
        .toArray();
  }

  @Override
  public void reportResults(OptimizationResult result) {
    Double score = result.getScore();
    if (score != null
        && (Double.isNaN(bestScore) || (minimize ? score < bestScore : score > bestScore))) {
      bestScore = score;
      best = result.getCandidate().getFlatParameters();
    }
  }

  @Override
  public Class<?> getCandidateType() {
    return Map.class;
  }
}

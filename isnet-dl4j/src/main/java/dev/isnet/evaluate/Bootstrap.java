package dev.isnet.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Resampling with replacement, for the interval of any statistic. Within strata (usually the true
 * classes) each replicate has as many units as the sample; units are single samples, or patients
 * with all their samples. Statistics of two systems on the same samples are compared by the
 * interval of their difference, which resamples both alike.
 */
public final class Bootstrap {

  /** Replicates enough for two digits of an interval. */
  public static final int DEFAULT_REPLICATES = 2_000;

  /** The samples of each unit, by stratum. */
  private final List<List<int[]>> strata;

  private final int replicates;
  private final long seed;

  private Bootstrap(List<List<int[]>> strata, int replicates, long seed) {
    if (replicates < 1) {
      throw new IllegalArgumentException("A bootstrap needs replicates, not " + replicates + ".");
    }
    this.strata = strata;
    this.replicates = replicates;
    this.seed = seed;
  }

  /**
   * Resamples N samples without strata.
   *
   * @param samples N, at least 1
   * @param replicates number of replicates
   * @param seed of the draws
   * @return the bootstrap
   */
  public static Bootstrap of(int samples, int replicates, long seed) {
    return stratified(new int[samples], replicates, seed);
  }

  /**
   * Resamples within strata.
   *
   * @param strata the stratum of each sample, any numbers
   * @param replicates number of replicates
   * @param seed of the draws
   * @return the bootstrap
   */
  public static Bootstrap stratified(int[] strata, int replicates, long seed) {
    List<String> own = IntStream.range(0, strata.length).mapToObj(String::valueOf).toList();
    return byPatient(strata, own, replicates, seed);
  }

  /**
   * Resamples patients, within strata. A patient belongs to the stratum of his first sample.
   *
   * @param strata the stratum of each sample, any numbers
   * @param patients the patient of each sample
   * @param replicates number of replicates
   * @param seed of the draws
   * @return the bootstrap
   * @throws IllegalArgumentException if there is no sample, or the lengths differ
   */
  public static Bootstrap byPatient(
      int[] strata, List<String> patients, int replicates, long seed) {
    if (strata.length == 0 || strata.length != patients.size()) {
      throw new IllegalArgumentException(
          strata.length + " strata for " + patients.size() + " samples.");
    }
    Map<String, List<Integer>> units = new LinkedHashMap<>();
    for (int i = 0; i < strata.length; i++) {
      units.computeIfAbsent(patients.get(i), unused -> new ArrayList<>()).add(i);
    }
    Map<Integer, List<int[]>> byStratum = new LinkedHashMap<>();
    for (List<Integer> unit : units.values()) {
      byStratum
          .computeIfAbsent(strata[unit.get(0)], unused -> new ArrayList<>())
          .add(unit.stream().mapToInt(Integer::intValue).toArray());
    }
    return new Bootstrap(List.copyOf(byStratum.values()), replicates, seed);
  }

  /**
   * A statistic with its percentile interval. Replicates for which it is not a number are left out.
   *
   * @param statistic of some samples, given by their indices, which may repeat
   * @return the estimate; its value is the statistic of the samples themselves
   * @throws IllegalArgumentException if the statistic is not a number for any replicate
   */
  public Estimate interval(ToDoubleFunction<int[]> statistic) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[replicates];
    int defined = 0;
    for (int i = 0; i < replicates; i++) {
      double value = statistic.applyAsDouble(draw(random));
      if (!Double.isNaN(value)) {
        values[defined++] = value;
      }
    }
    if (defined == 0) {
      throw new IllegalArgumentException("The statistic is not a number for any replicate.");
    }
    return Estimate.ofReplicates(statistic.applyAsDouble(sample()), Arrays.copyOf(values, defined));
  }

  /** The samples themselves, each once. */
  private int[] sample() {
    return strata.stream().flatMap(List::stream).flatMapToInt(Arrays::stream).sorted().toArray();
  }

  private int[] draw(SplittableRandom random) {
    List<int[]> drawn = new ArrayList<>();
    for (List<int[]> units : strata) {
      for (int i = 0; i < units.size(); i++) {
        drawn.add(units.get(random.nextInt(units.size())));
      }
    }
    return drawn.stream().flatMapToInt(Arrays::stream).toArray();
  }
}

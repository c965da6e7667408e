package dev.isnet.tuning;

import dev.isnet.data.Seeds;
import org.apache.commons.math3.random.JDKRandomGenerator;
import org.apache.commons.math3.random.RandomGenerator;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.GeneticSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.generator.genetic.crossover.UniformCrossover;
import org.deeplearning4j.arbiter.optimize.generator.genetic.crossover.parentselection.RandomTwoParentSelection;
import org.deeplearning4j.arbiter.optimize.generator.genetic.mutation.RandomMutationOperator;
import org.deeplearning4j.arbiter.optimize.generator.genetic.population.PopulationModel;
import org.deeplearning4j.arbiter.optimize.generator.genetic.selection.GeneticSelectionOperator;

/** Which candidates are tried. All are Arbiter's generators, seeded in every part. */
public sealed interface Strategy {

  /**
   * A generator at its beginning. Its candidates depend on the arguments and on the scores that are
   * reported to it, larger ones being better.
   *
   * @param space the ranges
   * @param seed what is random in it
   * @return a new generator
   */
  CandidateGenerator generator(ConfigurationSpace space, long seed);

  /**
   * How many candidates are made before the scores of the first of them count. They do not depend
   * on each other's scores, so they may be tried at the same time.
   *
   * @param made candidates so far
   * @return at least 1
   */
  int batch(int made);

  /** Values drawn independently of each other. */
  record Random() implements Strategy {
    @Override
    public CandidateGenerator generator(ConfigurationSpace space, long seed) {
      RandomSearchGenerator generator = new RandomSearchGenerator(space);
      generator.setRngSeed(seed);
      return generator;
    }

    @Override
    public int batch(int made) {
      return Integer.MAX_VALUE;
    }
  }

  /**
   * All combinations, in order, the first range changing fastest.
   *
   * @param steps values of each range of numbers, from end to end, at least 2
   */
  record Grid(int steps) implements Strategy {
    @Override
    public CandidateGenerator generator(ConfigurationSpace space, long seed) {
      return new GridSearchCandidateGenerator(
          space, steps, GridSearchCandidateGenerator.Mode.Sequential, null);
    }

    @Override
    public int batch(int made) {
      return Integer.MAX_VALUE;
    }
  }

  /**
   * Generations, of which each has its values from the better two thirds of those before: each
   * value from one of two parents, and one in ten drawn anew.
   *
   * @param population candidates of a generation, at least 4
   */
  record Genetic(int population) implements Strategy {
    private static final double MUTATION_RATE = 0.1;

    @Override
    public CandidateGenerator generator(ConfigurationSpace space, long seed) {
      return new GeneticSearchCandidateGenerator.Builder(space, new Larger())
          .populationModel(new PopulationModel.Builder().populationSize(population).build())
          .selectionOperator(
              new GeneticSelectionOperator.Builder()
                  .randomGenerator(random(seed, 0))
                  .crossoverOperator(
                      new UniformCrossover.Builder()
                          // Without a crossover, mutation would change the parent itself.
                          .crossoverRate(1)
                          .randomGenerator(random(seed, 1))
                          .parentSelection(new RandomTwoParentSelection(random(seed, 2)))
                          .build())
                  .mutationOperator(
                      new RandomMutationOperator.Builder()
                          .mutationRate(MUTATION_RATE)
                          .randomGenerator(random(seed, 3))
                          .build())
                  .build())
          .build();
    }

    private static RandomGenerator random(long seed, int use) {
      RandomGenerator random = new JDKRandomGenerator();
      random.setSeed(Seeds.derive(seed, use));
      return random;
    }

    @Override
    public int batch(int made) {
      return population;
    }
  }

  /**
   * The paper's: coarse over all ranges, then fine around the best.
   *
   * @param candidates of both searches; half of them, rounded up, are coarse
   */
  record CoarseToFine(int candidates) implements Strategy {
    @Override
    public CandidateGenerator generator(ConfigurationSpace space, long seed) {
      return new CoarseToFineGenerator(space, coarse(), candidates, false, seed);
    }

    @Override
    public int batch(int made) {
      return made < coarse() ? coarse() - made : Integer.MAX_VALUE;
    }

    private int coarse() {
      return (candidates + 1) / 2;
    }
  }
}

package dev.isnet.tuning;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.distribution.LogUniformDistribution;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;

/** The values that one setting may have. */
public sealed interface Range {

  /**
   * Arbiter's space of these values.
   *
   * @return a leaf of its own at each call
   */
  ParameterSpace<?> space();

  /**
   * Where a value lies: what {@link #space} makes the same value of.
   *
   * @param value one of these values, or a number, which is moved to the nearest end when it is
   *     outside
   * @return from 0 to 1
   * @throws IllegalArgumentException for anything else
   */
  double position(Object value);

  /**
   * The ends of a range of numbers, the smaller one first; all values of a choice.
   *
   * @return at least two
   */
  List<?> ends();

  /**
   * Whether a value is one of these.
   *
   * @param value anything
   * @return true from end to end, or for the values of a choice
   */
  default boolean holds(Object value) {
    return this instanceof Choice
        ? ends().contains(value)
        : value instanceof Number number
            && number.doubleValue() >= number(ends().get(0))
            && number.doubleValue() <= number(ends().get(1));
  }

  /**
   * Numbers, all equally likely.
   *
   * @param least the smallest
   * @param most the largest, above {@code least}
   */
  record Uniform(double least, double most) implements Range {
    /** Checks the order. */
    public Uniform {
      requireOrder(least, most);
    }

    @Override
    public List<?> ends() {
      return List.of(least, most);
    }

    @Override
    public ParameterSpace<?> space() {
      return new ContinuousParameterSpace(least, most);
    }

    @Override
    public double position(Object value) {
      return clip((number(value) - least) / (most - least));
    }
  }

  /**
   * Numbers whose logarithms are all equally likely.
   *
   * @param least the smallest, above 0
   * @param most the largest, above {@code least}
   */
  record LogUniform(double least, double most) implements Range {
    /** Checks sign and order. */
    public LogUniform {
      requireOrder(least, most);
      if (least <= 0) {
        throw new IllegalArgumentException("a logarithmic range starts above 0, not at " + least);
      }
    }

    @Override
    public List<?> ends() {
      return List.of(least, most);
    }

    @Override
    public ParameterSpace<?> space() {
      return new ContinuousParameterSpace(new LogUniformDistribution(least, most));
    }

    @Override
    public double position(Object value) {
      return clip(Math.log(number(value) / least) / Math.log(most / least));
    }
  }

  /**
   * Whole numbers, all equally likely.
   *
   * @param least the smallest
   * @param most the largest, above {@code least}
   */
  record Whole(int least, int most) implements Range {
    /** Checks the order. */
    public Whole {
      requireOrder(least, most);
    }

    @Override
    public List<?> ends() {
      return List.of(least, most);
    }

    @Override
    public ParameterSpace<?> space() {
      return new IntegerParameterSpace(least, most);
    }

    @Override
    public double position(Object value) {
      // The middle of the value's share, so that rounding cannot make a neighbour of it.
      return clip((number(value) - least + 0.5) / (most - least + 1));
    }
  }

  /**
   * Some values, all equally likely.
   *
   * @param values at least two, of any serializable kind
   */
  record Choice(List<?> values) implements Range {
    /** Copies the list. */
    public Choice {
      values = List.copyOf(values);
      if (values.size() < 2) {
        throw new IllegalArgumentException("a choice needs two values, not " + values.size());
      }
    }

    @Override
    public List<?> ends() {
      return values;
    }

    @Override
    public ParameterSpace<?> space() {
      return new DiscreteParameterSpace<Object>(new ArrayList<>(values));
    }

    @Override
    public double position(Object value) {
      int at = values.indexOf(value);
      if (at < 0) {
        throw new IllegalArgumentException(value + " is none of " + values);
      }
      return (at + 0.5) / values.size();
    }
  }

  private static double number(Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw new IllegalArgumentException(value + " is no number");
  }

  private static double clip(double position) {
    return Math.max(0, Math.min(1, position));
  }

  private static void requireOrder(double least, double most) {
    if (!(least < most)) {
      throw new IllegalArgumentException("a range goes up, not from " + least + " to " + most);
    }
  }
}

package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.graph.Twin;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Compares a gradient with central difference quotients. Where those of two steps disagree, a kink
 * (ReLU, arg-max, |H|, rank, C1) lies between them and they say nothing.
 */
final class DifferenceQuotients {

  private static final double WIDE = 3e-7;
  private static final double NARROW = 1e-7;
  private static final double TOLERANCE = 1e-5;

  /** Where all parameters move, more kinks are near, and the loss changes by more than rounding. */
  private static final double SHORT = 0.05;

  private static final double KINKS = 0.03;

  private DifferenceQuotients() {}

  /**
   * Asserts that all but a few agree to 1e-5 of themselves, or of a hundredth of the largest part
   * of the gradient where they are smaller.
   *
   * @param parameters all parameters, as they were before afterwards
   * @param tried positions of those that are moved
   * @param gradient of all parameters
   * @param loss the loss at the parameters as they are
   */
  static void assertAgree(
      INDArray parameters, LongStream tried, INDArray gradient, DoubleSupplier loss) {
    assertAgree(parameters, tried, gradient, loss, KINKS);
  }

  /**
   * The same with another share of kinks.
   *
   * @param kinksAllowed largest share of the tried parameters that may have a kink beside them
   */
  static void assertAgree(
      INDArray parameters,
      LongStream tried,
      INDArray gradient,
      DoubleSupplier loss,
      double kinksAllowed) {
    double least = 1e-2 * gradient.amaxNumber().doubleValue();
    assertThat(least).isGreaterThan(0);
    List<String> kinks = new ArrayList<>();
    long[] positions = tried.toArray();
    for (long i : positions) {
      double wide = quotient(parameters, i, WIDE, loss);
      double narrow = quotient(parameters, i, NARROW, loss);
      double allowed = TOLERANCE * Math.max(Math.abs(narrow), least);
      if (Math.abs(wide - narrow) > allowed) {
        kinks.add("%d: %s and %s, gradient %s".formatted(i, wide, narrow, gradient.getDouble(i)));
      } else {
        assertThat(Math.abs(gradient.getDouble(i) - narrow))
            .as("parameter %d: %s and %s, gradient %s", i, wide, narrow, gradient.getDouble(i))
            .isLessThanOrEqualTo(allowed);
      }
    }
    assertThat((double) kinks.size() / positions.length)
        .as("share of the kinks %s", kinks)
        .isLessThanOrEqualTo(kinksAllowed);
  }

  /**
   * Asserts that the slope along a direction, in which all parameters move at once, is that of the
   * gradient.
   *
   * @param parameters all parameters; afterwards as they were before but for rounding
   * @param direction of their shape
   * @param slope the gradient times the direction
   * @param loss the loss at the parameters as they are
   * @return false when there is a kink, and nothing has been found
   */
  static boolean agreesAlong(
      INDArray parameters, INDArray direction, double slope, DoubleSupplier loss) {
    double wide = quotient(parameters, direction, SHORT * WIDE, loss);
    double narrow = quotient(parameters, direction, SHORT * NARROW, loss);
    double allowed = TOLERANCE * Math.abs(slope);
    if (Math.abs(wide - narrow) > allowed) {
      return false;
    }
    assertThat(Math.abs(slope - narrow))
        .as("%s and %s, gradient times direction %s", wide, narrow, slope)
        .isLessThanOrEqualTo(allowed);
    return true;
  }

  private static double quotient(
      INDArray parameters, INDArray direction, double step, DoubleSupplier loss) {
    move(parameters, direction, step);
    double up = loss.getAsDouble();
    move(parameters, direction, -2 * step);
    double down = loss.getAsDouble();
    move(parameters, direction, step);
    return (up - down) / (2 * step);
  }

  private static void move(INDArray parameters, INDArray direction, double step) {
    try (INDArray change = direction.mul(step)) {
      parameters.addi(change);
    }
  }

  /** Positions of trained parameters, spread over all layers. */
  static LongStream positions(List<Twin.Parameter> parameters, int tried) {
    long[] all =
        parameters.stream()
            .map(Twin.Parameter::slot)
            .flatMapToLong(slot -> LongStream.range(slot.offset(), slot.offset() + slot.length()))
            .toArray();
    int stride = Math.max(1, all.length / tried);
    return IntStream.iterate(0, i -> i < all.length, i -> i + stride).mapToLong(i -> all[i]);
  }

  /** (f(p + step) − f(p − step))/(2·step). */
  static double quotient(INDArray parameters, long i, double step, DoubleSupplier loss) {
    double old = parameters.getDouble(i);
    parameters.putScalar(i, old + step);
    double up = loss.getAsDouble();
    parameters.putScalar(i, old - step);
    double down = loss.getAsDouble();
    parameters.putScalar(i, old);
    return (up - down) / (2 * step);
  }
}

package dev.isnet.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/** Arrays of seeded numbers, native calls, and the comparison of results. */
final class Numbers {
  private Numbers() {}

  /** Uniform in [least, most), the same in float and double but for rounding. */
  static INDArray between(double least, double most, DataType type, long seed, long... shape) {
    Random random = new Random(seed);
    INDArray array = Nd4j.create(type, shape, 'c');
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, (float) (least + (most - least) * random.nextDouble()));
    }
    return array;
  }

  /** Uniform in [-1, 1). */
  static INDArray uniform(DataType type, long seed, long... shape) {
    return between(-1, 1, type, seed, shape);
  }

  /** An array to be filled; what is left of this value was not. */
  static INDArray unfilled(DataType type, long... shape) {
    return Nd4j.valueArrayOf(shape, 777, type);
  }

  static double[] doubles(INDArray array) {
    return array.dup('c').reshape(array.length()).toDoubleVector();
  }

  /** Runs a native operation the way compiled graphs do. */
  static void call(
      String name,
      INDArray[] in,
      INDArray[] out,
      double[] reals,
      boolean helpers,
      long... integers) {
    call(name, helpers, in, out, reals, integers).run();
  }

  /** Prepares a native operation: the context is made once and may run many times. */
  static Runnable call(
      String name,
      boolean helpers,
      INDArray[] in,
      INDArray[] out,
      double[] reals,
      long... integers) {
    DynamicCustomOp op = DynamicCustomOp.builder(name).build();
    OpContext context = Nd4j.getExecutioner().buildContext();
    for (int i = 0; i < in.length; i++) {
      context.setInputArray(i, in[i]);
    }
    for (int i = 0; i < out.length; i++) {
      context.setOutputArray(i, out[i]);
    }
    context.setIArguments(integers);
    context.setTArguments(reals);
    context.allowHelpers(helpers);
    return () -> Nd4j.getExecutioner().exec(op, context);
  }

  static INDArray[] arrays(INDArray... arrays) {
    return arrays;
  }

  /** Equal up to rounding in the array's type, relative to the largest expected number. */
  static void assertClose(String what, INDArray actual, double[] expected) {
    assertThat(distance(doubles(actual), expected))
        .as(what)
        .isLessThan(actual.dataType() == DataType.DOUBLE ? 1e-12 : 2e-5);
  }

  /** Largest difference relative to the largest expected number; infinite where one is NaN. */
  static double distance(double[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double difference = 0;
    double scale = 1e-12;
    for (int i = 0; i < actual.length; i++) {
      double here = Math.abs(actual[i] - expected[i]);
      difference = Double.isNaN(here) ? Double.POSITIVE_INFINITY : Math.max(difference, here);
      scale = Math.max(scale, Math.abs(expected[i]));
    }
    return difference / scale;
  }
}

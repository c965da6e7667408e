package dev.isnet.backend;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A function of some variables, written in SameDiff's operations. */
@FunctionalInterface
interface Expression {

  SDVariable of(SameDiff sd, SDVariable... x);

  /** Its value in the type of the arguments. */
  default INDArray value(INDArray... x) {
    SameDiff sd = SameDiff.create();
    return of(sd, variables(sd, x)).eval();
  }

  /**
   * How far SameDiff's gradient is from finite differences, for a weighted sum of the results with
   * weights that are all different: relative to the largest derivative, the worst of all arguments;
   * infinite where a gradient is missing or of another size.
   *
   * @param type the type that SameDiff works in; the differences are made in double
   * @param x the arguments, in double
   */
  default double gradientError(DataType type, INDArray... x) {
    double[][] numeric = differences(x);
    INDArray[] gradients =
        gradients(Arrays.stream(x).map(a -> a.castTo(type)).toArray(INDArray[]::new));
    double worst = 0;
    for (int i = 0; i < x.length; i++) {
      boolean comparable = gradients[i] != null && gradients[i].length() == numeric[i].length;
      worst =
          comparable
              ? Math.max(worst, Numbers.distance(Numbers.doubles(gradients[i]), numeric[i]))
              : Double.POSITIVE_INFINITY;
    }
    return worst;
  }

  /** SameDiff's gradient of the weighted sum by each of the arguments. */
  default INDArray[] gradients(INDArray... x) {
    SameDiff sd = SameDiff.create();
    SDVariable[] variables = variables(sd, x);
    SDVariable loss = weightedSum(sd, of(sd, variables));
    sd.setLossVariables(loss);
    List<String> names = Arrays.stream(variables).map(SDVariable::name).toList();
    Map<String, INDArray> gradients = silently(() -> sd.calculateGradients(Map.of(), names));
    return names.stream().map(gradients::get).toArray(INDArray[]::new);
  }

  private double[][] differences(INDArray... x) {
    double step = 1e-5;
    SameDiff sd = SameDiff.create();
    SDVariable[] variables = variables(sd, x);
    String loss = weightedSum(sd, of(sd, variables)).name();
    double[][] differences = new double[x.length][];
    for (int i = 0; i < x.length; i++) {
      INDArray array = variables[i].getArr();
      differences[i] = new double[(int) array.length()];
      for (int j = 0; j < differences[i].length; j++) {
        double at = array.getDouble(j);
        array.putScalar(j, at + step);
        double above = sd.outputSingle(Map.of(), loss).getDouble(0);
        array.putScalar(j, at - step);
        double below = sd.outputSingle(Map.of(), loss).getDouble(0);
        array.putScalar(j, at);
        differences[i][j] = (above - below) / (2 * step);
      }
    }
    return differences;
  }

  private static SDVariable[] variables(SameDiff sd, INDArray... x) {
    SDVariable[] variables = new SDVariable[x.length];
    for (int i = 0; i < x.length; i++) {
      variables[i] = sd.var("x" + i, x[i].dup('c'));
    }
    return variables;
  }

  private static SDVariable weightedSum(SameDiff sd, SDVariable y) {
    INDArray value = y.eval();
    INDArray weights = Numbers.between(0.5, 1.5, value.dataType(), 99, value.shape());
    return y.mul(sd.constant("weights", weights)).sum();
  }

  /** Differentiation prints a line for every operation. */
  static <T> T silently(Supplier<T> work) {
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    try {
      return work.get();
    } finally {
      System.setOut(out);
    }
  }
}

package dev.isnet.graph.op;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Σ fᵢ·xᵢ of arrays of one shape. */
public final class WeightedSum extends TwinOp {

  private final List<Double> factors;

  /**
   * Adds the operation.
   *
   * @param factors one for each part
   * @param parts at least one, of one shape
   */
  public WeightedSum(List<Double> factors, SDVariable... parts) {
    super(1, parts);
    this.factors = factors;
  }

  @Override
  public boolean worksInPlace(int input) {
    return true;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    for (int i = 1; i < in.length; i++) {
      if (!java.util.Arrays.equals(in[i], in[0])) {
        throw refused(
            "adds arrays of the shapes %s and %s; a twin adds equal shapes"
                .formatted(java.util.Arrays.toString(in[0]), java.util.Arrays.toString(in[i])));
      }
    }
    return new long[][] {in[0]};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells[] parts = new Cells[in.length];
    for (int i = 0; i < in.length; i++) {
      parts[i] = Cells.of(in[i]);
    }
    Cells sum = Cells.of(out[0]);
    return () ->
        Parallel.cells(
            out[0].length(),
            (first, last) -> {
              double[] total = new double[Cells.RUN];
              double[] run = new double[Cells.RUN];
              for (long i = first; i < last; i += Cells.RUN) {
                int count = (int) Math.min(Cells.RUN, last - i);
                java.util.Arrays.fill(total, 0);
                for (int p = 0; p < parts.length; p++) {
                  double factor = factors.get(p);
                  parts[p].read(i, run, count);
                  for (int c = 0; c < count; c++) {
                    total[c] += factor * run[c];
                  }
                }
                sum.write(i, total, count);
              }
            });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    for (int i = 0; i < factors.size(); i++) {
      sink.add(i, scaled(upstream, factors.get(i)));
    }
  }

  /**
   * factor·x; x itself when the factor is 1.
   *
   * @param x any shape
   * @param factor the factor
   * @return the product
   */
  public static SDVariable scaled(SDVariable x, double factor) {
    return factor == 1 ? x : new Elementwise(x, Factor.affine(factor, 0)).out(0);
  }
}

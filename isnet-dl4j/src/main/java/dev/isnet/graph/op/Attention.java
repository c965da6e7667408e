package dev.isnet.graph.op;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multi-head self-attention: x [B, 3D, 1, T], the queries of all heads, then their keys, then their
 * values → output 0: y [B, D, 1, T], output 1: the attention A [B·heads, T, T], rows for queries.
 * With d = D/heads, A = softmax(QᵀK/√d) and Y = V·Aᵀ.
 *
 * <p>Each head's queries, keys and values lie together as a dense [d, T], so every product is one
 * call of ND4J's matrix product on them; its own batched product has no BLAS behind it.
 */
public final class Attention extends TwinOp {

  private final int heads;

  /**
   * Adds the operation.
   *
   * @param x queries, keys and values
   * @param heads number of heads
   */
  public Attention(SDVariable x, int heads) {
    super(2, x);
    this.heads = heads;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    long[] x = in[0];
    if (x[1] % (3L * heads) != 0) {
      throw refused(
          "takes queries, keys and values of %d heads in %d channels, which is no multiple of 3·%d"
              .formatted(heads, x[1], heads));
    }
    long tokens = x[2] * x[3];
    return new long[][] {{x[0], x[1] / 3, x[2], x[3]}, {x[0] * heads, tokens, tokens}};
  }

  /** The heads' matrices within an array of queries, keys and values. */
  private record Heads(INDArray all, int heads) {
    static Heads of(INDArray x, int heads) {
      long d = x.size(1) / (3L * heads);
      return new Heads(x.reshape('c', 3 * x.size(0) * heads, d, x.size(2) * x.size(3)), heads);
    }

    /** [d, T] of the queries (0), keys (1) or values (2) of a head, counted over all images. */
    INDArray of(long head, int kind) {
      return all.slice((head / heads * 3 + kind) * heads + head % heads);
    }

    long count() {
      return all.size(0) / 3;
    }

    double scale() {
      return 1 / Math.sqrt(all.size(1));
    }
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Heads x = Heads.of(in[0], heads);
    INDArray attention = out[1];
    INDArray y = out[0].reshape('c', x.count(), x.all().size(1), x.all().size(2));
    List<Runnable> scores = new ArrayList<>();
    List<Runnable> sums = new ArrayList<>();
    for (long h = 0; h < x.count(); h++) {
      INDArray own = attention.slice(h);
      scores.add(product(x.of(h, 0), true, x.of(h, 1), false, own));
      sums.add(product(x.of(h, 2), false, own, true, y.slice(h)));
    }
    Cells cells = Cells.of(attention);
    int tokens = (int) attention.size(1);
    double scale = x.scale();
    return () -> {
      scores.forEach(Runnable::run);
      softmax(cells, attention.size(0) * tokens, tokens, scale);
      sums.forEach(Runnable::run);
    };
  }

  private static Runnable product(
      INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray result) {
    return NativeCall.of(
        "matmul",
        NativeCall.arrays(a, b),
        NativeCall.arrays(result),
        transposeA ? 1 : 0,
        transposeB ? 1 : 0,
        0);
  }

  /** Of scaled rows, in place. */
  private static void softmax(Cells cells, long rows, int length, double scale) {
    Parallel.shared(
        rows,
        rows * length,
        (first, last) -> {
          double[] row = new double[length];
          for (long r = first; r < last; r++) {
            cells.read(r * length, row, length);
            double most = Double.NEGATIVE_INFINITY;
            for (double value : row) {
              most = Math.max(most, value);
            }
            double sum = 0;
            for (int i = 0; i < length; i++) {
              row[i] = Math.exp(scale * (row[i] - most));
              sum += row[i];
            }
            for (int i = 0; i < length; i++) {
              row[i] /= sum;
            }
            cells.write(r * length, row, length);
          }
        });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, new Gradient(arg(0), out(1), upstream, heads).out(0));
  }

  /** (x, A, dy) → output 0: dx, output 1: scratch for one head. */
  private static final class Gradient extends TwinOp {

    private final int heads;

    Gradient(SDVariable x, SDVariable attention, SDVariable upstream, int heads) {
      super(2, x, attention, upstream);
      this.heads = heads;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[0], {in[1][1], in[1][2]}};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Heads x = Heads.of(in[0], heads);
      Heads dx = Heads.of(out[0], heads);
      INDArray dy = in[2].reshape('c', x.count(), x.all().size(1), x.all().size(2));
      INDArray scores = out[1]; // of one head after the other
      Cells dScores = Cells.of(scores);
      Cells attention = Cells.of(in[1]);
      int tokens = (int) in[1].size(1);
      double scale = x.scale();
      List<Runnable> steps = new ArrayList<>();
      for (long h = 0; h < x.count(); h++) {
        INDArray own = in[1].slice(h);
        INDArray up = dy.slice(h);
        long start = h * tokens * tokens;
        steps.add(product(up, false, own, false, dx.of(h, 2)));
        steps.add(product(up, true, x.of(h, 2), false, scores));
        steps.add(() -> throughSoftmax(attention, start, dScores, tokens, scale));
        steps.add(product(x.of(h, 1), false, scores, true, dx.of(h, 0)));
        steps.add(product(x.of(h, 0), false, scores, false, dx.of(h, 1)));
      }
      return () -> steps.forEach(Runnable::run);
    }

    /** dS = A ⊙ (dA − Σ over the row of A ⊙ dA), times the scale, in place. */
    private static void throughSoftmax(
        Cells attention, long start, Cells scores, int tokens, double scale) {
      double[] a = new double[tokens];
      double[] d = new double[tokens];
      for (int row = 0; row < tokens; row++) {
        attention.read(start + (long) row * tokens, a, tokens);
        scores.read((long) row * tokens, d, tokens);
        double sum = 0;
        for (int i = 0; i < tokens; i++) {
          sum += a[i] * d[i];
        }
        for (int i = 0; i < tokens; i++) {
          d[i] = scale * a[i] * (d[i] - sum);
        }
        scores.write((long) row * tokens, d, tokens);
      }
    }
  }
}

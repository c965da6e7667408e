package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The small operations that only LRP-zB needs. */
public final class BoxOps {

  private BoxOps() {}

  /**
   * Adds one image to all images of a batch.
   *
   * @param y [B, …]
   * @param t [1, …]
   * @return [B, …]
   */
  public static SDVariable addImage(SDVariable y, SDVariable t) {
    return new AddImage(y, t).out(0);
  }

  /**
   * H = x ⊙ u + v.
   *
   * @param uv u and v joined along the channels, [mB, 2C, …]
   * @param x [B, C, …]
   * @return [mB, C, …]
   */
  public static SDVariable relevance(SDVariable uv, SDVariable x) {
    return new Relevance(uv, x).out(0);
  }

  private static final class AddImage extends TwinOp {
    AddImage(SDVariable y, SDVariable t) {
      super(1, y, t);
    }

    @Override
    public boolean worksInPlace(int input) {
      return input == 0;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[0]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells y = Cells.of(in[0]);
      Cells t = Cells.of(in[1]);
      Cells z = Cells.of(out[0]);
      long all = in[0].length();
      long n = in[1].length();
      return () ->
          Parallel.cells(
              n,
              (first, last) -> {
                double[] add = new double[Cells.RUN];
                double[] run = new double[Cells.RUN];
                for (long i = first; i < last; i += Cells.RUN) {
                  int count = (int) Math.min(Cells.RUN, last - i);
                  t.read(i, add, count);
                  for (long j = i; j < all; j += n) {
                    y.read(j, run, count);
                    for (int c = 0; c < count; c++) {
                      run[c] += add[c];
                    }
                    z.write(j, run, count);
                  }
                }
              });
    }

    @Override
    public void backward(SDVariable upstream, GradientSink sink) {
      sink.add(0, upstream);
      if (sink.wants(1)) {
        sink.add(1, new SumImages(upstream, arg(1)).out(0));
      }
    }
  }

  private static final class SumImages extends TwinOp {
    SumImages(SDVariable y, SDVariable t) {
      super(1, y, t);
    }

    @Override
    public boolean readsShapeOnly(int input) {
      return input == 1;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[1]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells y = Cells.of(in[0]);
      Cells sum = Cells.of(out[0]);
      long all = in[0].length();
      long n = out[0].length();
      return () ->
          Parallel.cells(
              n,
              (first, last) -> {
                double[] total = new double[Cells.RUN];
                double[] run = new double[Cells.RUN];
                for (long i = first; i < last; i += Cells.RUN) {
                  int count = (int) Math.min(Cells.RUN, last - i);
                  java.util.Arrays.fill(total, 0);
                  for (long j = i; j < all; j += n) {
                    y.read(j, run, count);
                    for (int c = 0; c < count; c++) {
                      total[c] += run[c];
                    }
                  }
                  sum.write(i, total, count);
                }
              });
    }
  }

  private static final class Relevance extends TwinOp {
    Relevance(SDVariable uv, SDVariable x) {
      super(1, uv, x);
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      long[] shape = in[1].clone();
      shape[0] = in[0][0];
      return new long[][] {shape};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells uv = Cells.of(in[0]);
      Cells x = Cells.of(in[1]);
      Cells h = Cells.of(out[0]);
      long images = in[1].size(0);
      int n = (int) (in[1].length() / images);
      return () ->
          Parallel.each(
              in[0].size(0),
              (first, last) -> {
                double[] pixels = new double[n];
                double[] u = new double[n];
                double[] v = new double[n];
                for (long map = first; map < last; map++) {
                  x.read(map % images * n, pixels, n);
                  uv.read(2 * map * n, u, n);
                  uv.read((2 * map + 1) * n, v, n);
                  for (int i = 0; i < n; i++) {
                    v[i] += pixels[i] * u[i];
                  }
                  h.write(map * n, v, n);
                }
              });
    }

    @Override
    public void backward(SDVariable upstream, GradientSink sink) {
      sink.add(0, new RelevanceGradient(upstream, arg(1)).out(0));
      if (sink.wants(1)) { // pixels never ask, but a masked image or a hidden layer does
        sink.add(1, new InputGradient(arg(0), upstream, arg(1)).out(0));
      }
    }
  }

  /** (uv, upstream, x for its shape) → Σ over the maps of u ⊙ upstream. */
  private static final class InputGradient extends TwinOp {
    InputGradient(SDVariable uv, SDVariable upstream, SDVariable x) {
      super(1, uv, upstream, x);
    }

    @Override
    public boolean readsShapeOnly(int input) {
      return input == 2;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[2]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells uv = Cells.of(in[0]);
      Cells upstream = Cells.of(in[1]);
      Cells dx = Cells.of(out[0]);
      long maps = in[1].size(0);
      long images = out[0].size(0);
      int n = (int) (out[0].length() / images);
      return () ->
          Parallel.each(
              images,
              (first, last) -> {
                double[] sum = new double[n];
                double[] u = new double[n];
                double[] up = new double[n];
                for (long image = first; image < last; image++) {
                  java.util.Arrays.fill(sum, 0);
                  for (long map = image; map < maps; map += images) {
                    uv.read(2 * map * n, u, n);
                    upstream.read(map * n, up, n);
                    for (int i = 0; i < n; i++) {
                      sum[i] += u[i] * up[i];
                    }
                  }
                  dx.write(image * n, sum, n);
                }
              });
    }
  }

  private static final class RelevanceGradient extends TwinOp {
    RelevanceGradient(SDVariable upstream, SDVariable x) {
      super(1, upstream, x);
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      long[] shape = in[0].clone();
      shape[1] *= 2;
      return new long[][] {shape};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells upstream = Cells.of(in[0]);
      Cells x = Cells.of(in[1]);
      Cells uv = Cells.of(out[0]);
      long images = in[1].size(0);
      int n = (int) (in[1].length() / images);
      return () ->
          Parallel.each(
              in[0].size(0),
              (first, last) -> {
                double[] pixels = new double[n];
                double[] up = new double[n];
                for (long map = first; map < last; map++) {
                  x.read(map % images * n, pixels, n);
                  upstream.read(map * n, up, n);
                  for (int i = 0; i < n; i++) {
                    pixels[i] *= up[i];
                  }
                  uv.write(2 * map * n, pixels, n);
                  uv.write((2 * map + 1) * n, up, n);
                }
              });
    }
  }
}

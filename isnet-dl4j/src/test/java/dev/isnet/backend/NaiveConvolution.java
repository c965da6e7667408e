package dev.isnet.backend;

/**
 * A convolution and its gradients as sums over all pairs of an input and an output cell that a
 * weight joins. Arrays are flat and in c order.
 */
final class NaiveConvolution {

  /** One pair, for every image. */
  private interface Pair {
    void join(int x, int w, int y);
  }

  final int batch;
  final int inputs;
  final int h;
  final int w;
  final int outputs;
  final int kernel;
  final int stride;
  final int dilation;
  final int padding;
  final boolean same;

  NaiveConvolution(
      int batch,
      int inputs,
      int h,
      int w,
      int outputs,
      int kernel,
      int stride,
      int dilation,
      int padding,
      boolean same) {
    this.batch = batch;
    this.inputs = inputs;
    this.h = h;
    this.w = w;
    this.outputs = outputs;
    this.kernel = kernel;
    this.stride = stride;
    this.dilation = dilation;
    this.padding = padding;
    this.same = same;
  }

  /** ND4J's integer arguments of conv2d and conv2d_bp, for weights [out, in, rows, columns]. */
  long[] arguments() {
    return new long[] {
      kernel, kernel, stride, stride, padding, padding, dilation, dilation, same ? 1 : 0, 0, 1
    };
  }

  long[] inputShape() {
    return new long[] {batch, inputs, h, w};
  }

  long[] weightShape() {
    return new long[] {outputs, inputs, kernel, kernel};
  }

  long[] outputShape() {
    return new long[] {batch, outputs, out(h), out(w)};
  }

  double[] forward(double[] x, double[] weights, double[] bias) {
    double[] y = new double[batch * outputs * out(h) * out(w)];
    for (int i = 0; i < y.length; i++) {
      y[i] = bias.length == 0 ? 0 : bias[i / (out(h) * out(w)) % outputs];
    }
    visit((i, k, o) -> y[o] += x[i] * weights[k]);
    return y;
  }

  /** Gradient of the input: the transposed convolution. */
  double[] inputGradient(double[] weights, double[] dy) {
    double[] dx = new double[batch * inputs * h * w];
    visit((i, k, o) -> dx[i] += weights[k] * dy[o]);
    return dx;
  }

  double[] weightGradient(double[] x, double[] dy) {
    double[] dw = new double[outputs * inputs * kernel * kernel];
    visit((i, k, o) -> dw[k] += x[i] * dy[o]);
    return dw;
  }

  double[] biasGradient(double[] dy) {
    double[] db = new double[outputs];
    for (int i = 0; i < dy.length; i++) {
      db[i / (out(h) * out(w)) % outputs] += dy[i];
    }
    return db;
  }

  private int reach() {
    return (kernel - 1) * dilation + 1;
  }

  private int out(int size) {
    return same ? (size + stride - 1) / stride : (size + 2 * padding - reach()) / stride + 1;
  }

  /** Mode Same pads what it needs, the smaller half before. */
  private int before(int size) {
    return same ? Math.max(0, (out(size) - 1) * stride + reach() - size) / 2 : padding;
  }

  private void visit(Pair pair) {
    for (int b = 0; b < batch; b++) {
      for (int o = 0; o < outputs; o++) {
        for (int i = 0; i < inputs; i++) {
          for (int r = 0; r < out(h); r++) {
            for (int c = 0; c < out(w); c++) {
              for (int kr = 0; kr < kernel; kr++) {
                for (int kc = 0; kc < kernel; kc++) {
                  int xr = r * stride - before(h) + kr * dilation;
                  int xc = c * stride - before(w) + kc * dilation;
                  if (xr >= 0 && xr < h && xc >= 0 && xc < w) {
                    pair.join(
                        ((b * inputs + i) * h + xr) * w + xc,
                        ((o * inputs + i) * kernel + kr) * kernel + kc,
                        ((b * outputs + o) * out(h) + r) * out(w) + c);
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  @Override
  public String toString() {
    return "%dx%dx%dx%d to %d, kernel %d, stride %d, dilation %d, %s"
        .formatted(
            batch,
            inputs,
            h,
            w,
            outputs,
            kernel,
            stride,
            dilation,
            same ? "Same" : "padding " + padding);
  }
}

package dev.isnet.graph.op;

/**
 * Where a convolution or pooling window goes, in cells, height before width.
 *
 * @param kernelH window height
 * @param kernelW window width
 * @param strideH step downwards
 * @param strideW step to the right
 * @param padH rows of padding above and below; ignored when {@code same}
 * @param padW columns of padding left and right; ignored when {@code same}
 * @param dilationH distance of the kernel's rows
 * @param dilationW distance of the kernel's columns
 * @param same whether the output has ⌈size/stride⌉ cells, padded as needed (DL4J's mode Same)
 */
public record Window(
    int kernelH,
    int kernelW,
    int strideH,
    int strideW,
    int padH,
    int padW,
    int dilationH,
    int dilationW,
    boolean same) {

  /** A window that covers the whole image, whatever its size: global pooling. */
  public static final Window WHOLE = new Window(0, 0, 1, 1, 0, 0, 1, 1, false);

  /** This window on an image of a given size. */
  Window on(long h, long w) {
    return equals(WHOLE) ? new Window((int) h, (int) w, 1, 1, 0, 0, 1, 1, false) : this;
  }

  long outH(long h) {
    return same ? ceil(h, strideH) : (h + 2L * padH - reach(kernelH, dilationH)) / strideH + 1;
  }

  long outW(long w) {
    return same ? ceil(w, strideW) : (w + 2L * padW - reach(kernelW, dilationW)) / strideW + 1;
  }

  /** Rows of padding above an image of {@code h} rows. */
  long top(long h) {
    return same ? before(h, outH(h), kernelH, strideH, dilationH) : padH;
  }

  /** Columns of padding left of an image of {@code w} columns. */
  long left(long w) {
    return same ? before(w, outW(w), kernelW, strideW, dilationW) : padW;
  }

  /**
   * Whether the transposed convolution is an ordinary one with flipped weights and equal padding on
   * both sides.
   */
  boolean flips() {
    boolean oddReach = reach(kernelH, dilationH) % 2 == 1 && reach(kernelW, dilationW) % 2 == 1;
    return strideH == 1
        && strideW == 1
        && (same ? oddReach : padH < reach(kernelH, dilationH) && padW < reach(kernelW, dilationW));
  }

  /** The window of the transposed convolution, when it {@link #flips()}. */
  Window flipped() {
    return new Window(
        kernelH,
        kernelW,
        1,
        1,
        (int) reach(kernelH, dilationH) - 1 - padH,
        (int) reach(kernelW, dilationW) - 1 - padW,
        dilationH,
        dilationW,
        same);
  }

  long[] convolutionArguments() {
    return new long[] {
      kernelH, kernelW, strideH, strideW, padH, padW, dilationH, dilationW, same ? 1 : 0, 0, OIYX
    };
  }

  /** DL4J's layout of convolution weights: output channels, input channels, rows, columns. */
  private static final long OIYX = 1;

  private static long reach(int kernel, int dilation) {
    return (long) (kernel - 1) * dilation + 1;
  }

  private static long before(long size, long out, int kernel, int stride, int dilation) {
    return Math.max(0, (out - 1) * stride + reach(kernel, dilation) - size) / 2;
  }

  private static long ceil(long size, int stride) {
    return (size + stride - 1) / stride;
  }
}

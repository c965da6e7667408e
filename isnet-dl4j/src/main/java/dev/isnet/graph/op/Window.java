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
 * @param layout how the weights lie, and whether they are those of a depthwise convolution
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
    boolean same,
    WeightLayout layout) {

  /** Where input channels C, output channels O, and outputs M of each input stand in weights. */
  public enum WeightLayout {
    /** [O, C, kH, kW]. */
    OUTPUTS_FIRST,
    /** [kH, kW, C, O]. */
    OUTPUTS_LAST,
    /** Depthwise, [kH, kW, C, M], as DL4J's depthwise layer has them. */
    DEPTHWISE_OUTPUTS_LAST,
    /** Depthwise, [M, C, kH, kW], as DL4J's separable layer has them. */
    DEPTHWISE_OUTPUTS_FIRST
  }

  /** A window that covers the whole image, whatever its size: global pooling. */
  public static final Window WHOLE = of(0, 0, 1, 1, 0, 0, 1, 1, false);

  /** A single cell. */
  public static final Window POINT = of(1, 1, 1, 1, 0, 0, 1, 1, false);

  private static Window of(
      int kernelH,
      int kernelW,
      int strideH,
      int strideW,
      int padH,
      int padW,
      int dilationH,
      int dilationW,
      boolean same) {
    return new Window(
        kernelH,
        kernelW,
        strideH,
        strideW,
        padH,
        padW,
        dilationH,
        dilationW,
        same,
        WeightLayout.OUTPUTS_FIRST);
  }

  /**
   * The same window for weights of another layout.
   *
   * @param layout how they lie
   * @return the window
   */
  public Window with(WeightLayout layout) {
    return new Window(
        kernelH, kernelW, strideH, strideW, padH, padW, dilationH, dilationW, same, layout);
  }

  /**
   * Whether each input channel has output channels of its own.
   *
   * @return true for a depthwise convolution
   */
  public boolean depthwise() {
    return layout == WeightLayout.DEPTHWISE_OUTPUTS_LAST
        || layout == WeightLayout.DEPTHWISE_OUTPUTS_FIRST;
  }

  /** Output channels of a convolution with these weights. */
  long outputChannels(long[] weights) {
    return switch (layout) {
      case OUTPUTS_FIRST -> weights[0];
      case OUTPUTS_LAST -> weights[3];
      case DEPTHWISE_OUTPUTS_LAST -> weights[2] * weights[3];
      case DEPTHWISE_OUTPUTS_FIRST -> weights[0] * weights[1];
    };
  }

  /** Input channels of a convolution with these weights. */
  long inputChannels(long[] weights) {
    return switch (layout) {
      case OUTPUTS_FIRST, DEPTHWISE_OUTPUTS_FIRST -> weights[1];
      case OUTPUTS_LAST, DEPTHWISE_OUTPUTS_LAST -> weights[2];
    };
  }

  /** This window on an image of a given size. */
  Window on(long h, long w) {
    return equals(WHOLE) ? of((int) h, (int) w, 1, 1, 0, 0, 1, 1, false) : this;
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
    return !depthwise()
        && strideH == 1
        && strideW == 1
        && (same ? oddReach : padH < reach(kernelH, dilationH) && padW < reach(kernelW, dilationW));
  }

  /** The window of the transposed convolution, when it {@link #flips()}. */
  Window flipped() {
    return of(
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

  /** Rows of the image that a convolution with this window makes h rows of. */
  long grownH(long h) {
    return same ? h * strideH : (h - 1) * strideH + reach(kernelH, dilationH) - 2L * padH;
  }

  /** Columns of the image that a convolution with this window makes w columns of. */
  long grownW(long w) {
    return same ? w * strideW : (w - 1) * strideW + reach(kernelW, dilationW) - 2L * padW;
  }

  /** The arguments of ND4J's convolutions; the last two are NCHW and the weights' layout. */
  long[] convolutionArguments() {
    boolean outputsLast =
        layout == WeightLayout.OUTPUTS_LAST || layout == WeightLayout.DEPTHWISE_OUTPUTS_LAST;
    return new long[] {
      kernelH,
      kernelW,
      strideH,
      strideW,
      padH,
      padW,
      dilationH,
      dilationW,
      same ? 1 : 0,
      0,
      outputsLast ? 0 : 1
    };
  }

  /** The arguments of ND4J's pooling; the last two are its divisor and NCHW. */
  long[] poolingArguments() {
    return new long[] {
      kernelH, kernelW, strideH, strideW, padH, padW, dilationH, dilationW, same ? 1 : 0, 0, 0
    };
  }

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

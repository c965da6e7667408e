package dev.isnet.graph.op;

import java.util.List;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Attention rollout (Abnar and Zuidema 2020): with A the mean attention of a block's heads and I
 * the way around it, the share that token i has of token j behind all blocks is the product of the
 * (A + I)/2, the last block's first. A map is the class token's share of each patch, spread evenly
 * over the patch's pixels and channels; it adds up to 1 less the class token's share of itself, and
 * is the same for every class. (images [B, C, h, w], start [mB, K], attentions [B·heads, T, T]) →
 * [mB, C, h, w], map k of image b at k·B + b. Without a gradient.
 */
public final class AttentionRollout extends TwinOp {

  private static final int BEFORE_BLOCKS = 2;

  /**
   * Adds the operation.
   *
   * @param images for their shape
   * @param start for the number of maps
   * @param attentions those of all blocks, the first first
   */
  public AttentionRollout(SDVariable images, SDVariable start, List<SDVariable> attentions) {
    super(
        1, Stream.concat(Stream.of(images, start), attentions.stream()).toArray(SDVariable[]::new));
  }

  @Override
  public boolean readsShapeOnly(int input) {
    return input < BEFORE_BLOCKS;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {{in[1][0], in[0][1], in[0][2], in[0][3]}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    int images = (int) in[0].size(0);
    int maps = (int) (out[0].size(0) / images);
    int tokens = (int) in[BEFORE_BLOCKS].size(1);
    Cells[] blocks = new Cells[in.length - BEFORE_BLOCKS];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = Cells.of(in[i + BEFORE_BLOCKS]);
    }
    int heads = (int) (in[BEFORE_BLOCKS].size(0) / images);
    Cells result = Cells.of(out[0]);
    return () -> {
      for (int b = 0; b < images; b++) {
        double[] share = new double[tokens];
        share[0] = 1; // the class token, from the last block to the first
        for (int block = blocks.length - 1; block >= 0; block--) {
          share = before(share, blocks[block], b * heads, heads);
        }
        double[] map = spread(share, in[0].shape());
        for (int k = 0; k < maps; k++) {
          result.write(((long) k * images + b) * map.length, map, map.length);
        }
      }
    };
  }

  /** share·(A + I)/2. */
  private static double[] before(double[] share, Cells attention, int firstHead, int heads) {
    int tokens = share.length;
    double[] sum = new double[tokens];
    double[] row = new double[tokens];
    for (int h = 0; h < heads; h++) {
      for (int i = 0; i < tokens; i++) {
        attention.read(((long) (firstHead + h) * tokens + i) * tokens, row, tokens);
        for (int j = 0; j < tokens; j++) {
          sum[j] += share[i] * row[j] / heads;
        }
      }
    }
    for (int j = 0; j < tokens; j++) {
      sum[j] = (sum[j] + share[j]) / 2;
    }
    return sum;
  }

  private static double[] spread(double[] share, long[] images) {
    int channels = (int) images[1];
    int height = (int) images[2];
    int width = (int) images[3];
    int patch = (int) Math.round(Math.sqrt((double) height * width / (share.length - 1)));
    double[] map = new double[channels * height * width];
    for (int i = 0; i < map.length; i++) {
      int row = i / width % height / patch;
      int column = i % width / patch;
      map[i] = share[1 + row * (width / patch) + column] / (channels * patch * patch);
    }
    return map;
  }
}

package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Brings masks [B, n, H, W] to the size of maps [mB, C, h, w]: a cell is 1 when any pixel that it
 * covers is. Constant to gradients.
 */
public final class MaskPooling extends TwinOp {

  /**
   * Adds the operation.
   *
   * @param masks 0 or 1
   * @param maps for their size
   */
  public MaskPooling(SDVariable masks, SDVariable maps) {
    super(1, masks, maps);
  }

  @Override
  public boolean readsShapeOnly(int input) {
    return input == 1;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    if (in[1].length != 4) {
      throw new dev.isnet.data.InputException(
          "Relevance of the shape %s has no height and width that a mask could cover; choose a layer before the network is flattened."
              .formatted(java.util.Arrays.toString(in[1])));
    }
    return new long[][] {{in[0][0], in[0][1], in[1][2], in[1][3]}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells masks = Cells.of(in[0]);
    Cells pooled = Cells.of(out[0]);
    int tall = (int) in[0].size(2);
    int wide = (int) in[0].size(3);
    int h = (int) out[0].size(2);
    int w = (int) out[0].size(3);
    return () -> {
      for (int cell = 0; cell < out[0].length(); cell++) {
        int mask = cell / (h * w);
        int row = cell / w % h;
        int column = cell % w;
        double greatest = 0;
        for (int i = row * tall / h; i < (row * tall + tall + h - 1) / h; i++) {
          for (int j = column * wide / w; j < (column * wide + wide + w - 1) / w; j++) {
            greatest = Math.max(greatest, masks.get(((long) mask * tall + i) * wide + j));
          }
        }
        pooled.set(cell, greatest > 0 ? 1 : 0);
      }
    };
  }
}

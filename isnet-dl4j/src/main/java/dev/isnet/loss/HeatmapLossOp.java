package dev.isnet.loss;

import dev.isnet.graph.op.Cells;
import dev.isnet.graph.op.TwinOp;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The heatmap loss in a twin's graph: (heatmaps [mB, C, h, w], masks [B, 1 or K, h, w], counted
 * [B], weight [1]) → output 0: gradient of share·weight·(w1·L1 + w2·L2) with respect to the
 * heatmaps, output 1: share·[L1, L2]. Value and gradient come from one pass, so the backward pass
 * starts from output 0.
 */
public final class HeatmapLossOp extends TwinOp {

  private final HeatmapLoss loss;
  private final double share;
  private final int first;

  /**
   * Adds the loss.
   *
   * @param loss the loss
   * @param share of all maps of an image, those of this pass
   * @param first the class of the first map; of no account where all classes have the same mask
   * @param heatmaps H
   * @param masks M, one for all maps or one for each class
   * @param counted 1 for images with a mask, 0 for others
   * @param weight factor of the gradient
   */
  public HeatmapLossOp(
      HeatmapLoss loss,
      double share,
      int first,
      SDVariable heatmaps,
      SDVariable masks,
      SDVariable counted,
      SDVariable weight) {
    super(2, heatmaps, masks, counted, weight);
    this.loss = loss;
    this.share = share;
    this.first = first;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {in[0], {2}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells heatmaps = Cells.of(in[0]);
    Cells masks = Cells.of(in[1]);
    Cells counted = Cells.of(in[2]);
    Cells weight = Cells.of(in[3]);
    Cells gradient = Cells.of(out[0]);
    Cells terms = Cells.of(out[1]);
    int images = (int) in[1].size(0);
    HeatmapLoss.Shape shape =
        new HeatmapLoss.Shape(
            (int) (in[0].size(0) / images),
            images,
            (int) in[0].size(1),
            (int) (in[0].size(2) * in[0].size(3)),
            first,
            (int) in[1].size(1));
    return () -> {
      boolean[] which = new boolean[images];
      for (int b = 0; b < images; b++) {
        which[b] = counted.get(b) > 0;
      }
      HeatmapLoss.Terms value =
          loss.evaluate(heatmaps, masks, which, shape, share * weight.get(0), gradient);
      terms.set(0, share * value.background());
      terms.set(1, share * value.foreground());
    };
  }
}

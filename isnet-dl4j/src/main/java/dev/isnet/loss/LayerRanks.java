package dev.isnet.loss;

import dev.isnet.graph.op.Cells;
import dev.isnet.graph.op.TwinOp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One-dimensional GWRP over the heatmap losses of several layers, for deep supervision: Σ dⁱ L₍ᵢ₎ /
 * Σ dⁱ over the losses in descending order. Takes each layer's terms [L1, L2]; the output has one
 * factor for each layer. The factors are constants to the gradient.
 */
public final class LayerRanks extends TwinOp {

  private final double decay;
  private final double w1;
  private final double w2;
  private final int passes;

  /**
   * Adds the operation.
   *
   * @param decay d in [0, 1]: 0 counts the worst layer only, 1 all alike
   * @param loss gives w1 and w2
   * @param passes how many passes of equal weight a layer's maps are made in
   * @param terms [L1, L2] of every pass of the first layer, then of the second …
   */
  public LayerRanks(double decay, HeatmapLoss loss, int passes, SDVariable... terms) {
    super(1, terms);
    this.decay = decay;
    this.w1 = loss.w1();
    this.w2 = loss.w2();
    this.passes = passes;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    return new long[][] {{in.length / passes}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells factors = Cells.of(out[0]);
    int layers = in.length / passes;
    return () -> {
      double[] losses = new double[layers];
      for (int i = 0; i < in.length; i++) {
        losses[i / passes] += w1 * in[i].getDouble(0) + w2 * in[i].getDouble(1);
      }
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < layers; i++) {
        order.add(i);
      }
      order.sort(Comparator.comparingDouble((Integer i) -> -losses[i]));
      RankWeights ranks = new RankWeights(decay, layers);
      for (int i = 0; i < layers; i++) {
        factors.set(order.get(i), ranks.of(i));
      }
    };
  }

  /**
   * A layer's share of a gradient.
   *
   * @param gradient gradient of the layer's own loss
   * @param layer position of the layer
   * @return the gradient times its factor
   */
  public SDVariable weigh(SDVariable gradient, int layer) {
    return new Weigh(gradient, out(0), layer).out(0);
  }

  private static final class Weigh extends TwinOp {
    private final int layer;

    Weigh(SDVariable gradient, SDVariable factors, int layer) {
      super(1, gradient, factors);
      this.layer = layer;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[0]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      return () -> in[0].muli(in[1].getDouble(layer), out[0]);
    }
  }
}

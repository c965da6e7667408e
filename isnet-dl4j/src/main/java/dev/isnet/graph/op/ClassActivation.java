package dev.isnet.graph.op;

import dev.isnet.data.InputException;
import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Grad-CAM at the size of its layer: (gradients G of m maps [mB, C, h, w], activations F [B, C, h,
 * w]) → A = ReLU(Σ_c mean(G_c)·F_c), [mB, 1, h, w], the mean over the cells of a channel. Map k of
 * image b stands at k·B + b. Differentiable in both.
 */
public final class ClassActivation extends TwinOp {

  /**
   * Adds the operation.
   *
   * @param gradients of what is explained, with respect to the activations
   * @param activations of the layer
   * @param explained has a row for each map, [mB, …]
   */
  public ClassActivation(SDVariable gradients, SDVariable activations, SDVariable explained) {
    super(1, gradients, activations, explained);
  }

  @Override
  public boolean readsShapeOnly(int input) {
    return input == 2;
  }

  @Override
  public long[][] outputShapes(long[][] in) {
    if (in[1].length != 4) {
      throw new InputException(
          "Activations of the shape %s have no height and width, which Grad-CAM needs; choose a layer before the network is flattened."
              .formatted(Arrays.toString(in[1])));
    }
    if (in[0][0] != in[2][0]) {
      throw new InputException(
          "The layer sees every image %d times, one behind the other; choose a layer before or behind, for Grad-CAM needs one that sees it once."
              .formatted(in[0][0] / in[2][0]));
    }
    return new long[][] {{in[0][0], 1, in[0][2], in[0][3]}};
  }

  @Override
  public Runnable kernel(INDArray[] in, INDArray[] out) {
    Cells gradients = Cells.of(in[0]);
    Cells activations = Cells.of(in[1]);
    Cells result = Cells.of(out[0]);
    Sizes sizes = Sizes.of(in);
    return () ->
        Parallel.each(
            sizes.maps,
            (first, last) -> {
              double[] run = new double[sizes.cells];
              double[] sum = new double[sizes.cells];
              for (long map = first; map < last; map++) {
                Arrays.fill(sum, 0);
                for (int c = 0; c < sizes.channels; c++) {
                  double weight = sizes.mean(gradients, map, c, run);
                  sizes.read(activations, map % sizes.images, c, run);
                  for (int i = 0; i < sizes.cells; i++) {
                    sum[i] += weight * run[i];
                  }
                }
                for (int i = 0; i < sizes.cells; i++) {
                  sum[i] = Math.max(0, sum[i]);
                }
                result.write(map * sizes.cells, sum, sizes.cells);
              }
            });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    if (sink.wants(0)) {
      sink.add(0, new OfGradients(arg(0), arg(1), out(0), upstream).out(0));
    }
    if (sink.wants(1)) {
      sink.add(1, new OfActivations(arg(0), arg(1), out(0), upstream).out(0));
    }
  }

  /** Sizes of both inputs. */
  private record Sizes(long maps, long images, int channels, int cells) {
    static Sizes of(INDArray[] in) {
      return new Sizes(
          in[0].size(0), in[1].size(0), (int) in[1].size(1), (int) (in[1].size(2) * in[1].size(3)));
    }

    void read(Cells array, long row, int channel, double[] run) {
      array.read((row * channels + channel) * cells, run, cells);
    }

    double mean(Cells array, long row, int channel, double[] run) {
      read(array, row, channel, run);
      double sum = 0;
      for (int i = 0; i < cells; i++) {
        sum += run[i];
      }
      return sum / cells;
    }

    /** What arrives at a map's cells, 0 where the ReLU is closed. */
    void gated(Cells result, Cells upstream, long map, double[] closed, double[] gate) {
      result.read(map * cells, closed, cells);
      upstream.read(map * cells, gate, cells);
      for (int i = 0; i < cells; i++) {
        gate[i] = closed[i] > 0 ? gate[i] : 0;
      }
    }
  }

  /** (G, F, A, upstream u) → for all cells of channel c the mean of u·[A > 0]·F_c. */
  private static final class OfGradients extends TwinOp {
    OfGradients(SDVariable gradients, SDVariable activations, SDVariable map, SDVariable upstream) {
      super(1, gradients, activations, map, upstream);
    }

    @Override
    public boolean readsShapeOnly(int input) {
      return input == 0;
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {in[0]};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells activations = Cells.of(in[1]);
      Cells result = Cells.of(in[2]);
      Cells upstream = Cells.of(in[3]);
      Cells gradient = Cells.of(out[0]);
      Sizes sizes = Sizes.of(in);
      return () ->
          Parallel.each(
              sizes.maps,
              (first, last) -> {
                double[] run = new double[sizes.cells];
                double[] gate = new double[sizes.cells];
                for (long map = first; map < last; map++) {
                  sizes.gated(result, upstream, map, run, gate);
                  for (int c = 0; c < sizes.channels; c++) {
                    sizes.read(activations, map % sizes.images, c, run);
                    double sum = 0;
                    for (int i = 0; i < sizes.cells; i++) {
                      sum += gate[i] * run[i];
                    }
                    Arrays.fill(run, sum / sizes.cells);
                    gradient.write((map * sizes.channels + c) * sizes.cells, run, sizes.cells);
                  }
                }
              });
    }
  }

  /** (G, F, A, upstream u) → Σ over the maps of mean(G_c)·u·[A > 0]. */
  private static final class OfActivations extends TwinOp {
    OfActivations(
        SDVariable gradients, SDVariable activations, SDVariable map, SDVariable upstream) {
      super(1, gradients, activations, map, upstream);
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
      Cells gradients = Cells.of(in[0]);
      Cells result = Cells.of(in[2]);
      Cells upstream = Cells.of(in[3]);
      Cells gradient = Cells.of(out[0]);
      Sizes sizes = Sizes.of(in);
      return () ->
          Parallel.each(
              sizes.images,
              (first, last) -> {
                double[] run = new double[sizes.cells];
                double[] gate = new double[sizes.cells];
                double[] sum = new double[sizes.cells];
                for (long image = first; image < last; image++) {
                  for (int c = 0; c < sizes.channels; c++) {
                    Arrays.fill(sum, 0);
                    for (long map = image; map < sizes.maps; map += sizes.images) {
                      double weight = sizes.mean(gradients, map, c, run);
                      sizes.gated(result, upstream, map, run, gate);
                      for (int i = 0; i < sizes.cells; i++) {
                        sum[i] += weight * gate[i];
                      }
                    }
                    gradient.write((image * sizes.channels + c) * sizes.cells, sum, sizes.cells);
                  }
                }
              });
    }
  }
}

package dev.isnet.graph.op;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Adds a bias [C] to every channel of x [B, C, …]. */
public final class AddRow extends TwinOp {

  /**
   * Adds the operation.
   *
   * @param x [B, C] or [B, C, h, w]
   * @param bias one number for each channel
   */
  public AddRow(SDVariable x, SDVariable bias) {
    super(1, x, bias);
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
    Cells x = Cells.of(in[0]);
    Cells bias = Cells.of(in[1]);
    Cells y = Cells.of(out[0]);
    Channels channels = Channels.of(in[0], 1);
    return () ->
        channels.each(
            (parcel, values, unused) -> {
              x.read(parcel.from(), values, parcel.length());
              for (int c = 0, i = 0; c < parcel.channels(); c++) {
                double add = bias.get(parcel.channel() + c);
                for (int end = i + parcel.each(); i < end; i++) {
                  values[i] += add;
                }
              }
              y.write(parcel.from(), values, parcel.length());
            });
  }

  @Override
  public void backward(SDVariable upstream, GradientSink sink) {
    sink.add(0, upstream);
    if (sink.wants(1)) {
      sink.add(1, new SumRows(upstream).out(0));
    }
  }

  /** Sum over everything but the channels: [B, C, …] → [C]. */
  private static final class SumRows extends TwinOp {

    SumRows(SDVariable x) {
      super(1, x);
    }

    @Override
    public long[][] outputShapes(long[][] in) {
      return new long[][] {{in[0][1]}};
    }

    @Override
    public Runnable kernel(INDArray[] in, INDArray[] out) {
      Cells x = Cells.of(in[0]);
      Cells y = Cells.of(out[0]);
      Channels channels = Channels.of(in[0], 1);
      return () ->
          channels.sum(
              1,
              (parcel, values, unused, sums) -> {
                x.read(parcel.from(), values, parcel.length());
                for (int c = 0, i = 0; c < parcel.channels(); c++, i += parcel.each()) {
                  sums[0][c] += Runs.sum(values, i, i + parcel.each());
                }
              },
              (channel, place, sums) -> y.set(channel, sums[0][place]));
    }
  }
}

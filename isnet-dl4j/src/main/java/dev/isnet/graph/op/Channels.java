package dev.isnet.graph.op;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the channels lie in a c-ordered array: {@code outer} blocks of {@code count} channels of
 * {@code inner} numbers. Kernels walk through it in parcels that fit into the first-level cache:
 * some whole channels where those are short, a part of one where it is long.
 */
record Channels(long outer, long count, long inner) {

  static Channels of(INDArray array, int axis) {
    long outer = 1;
    long inner = 1;
    for (int d = 0; d < array.rank(); d++) {
      if (d < axis) {
        outer *= array.size(d);
      } else if (d > axis) {
        inner *= array.size(d);
      }
    }
    return new Channels(outer, array.size(axis), inner);
  }

  /**
   * Numbers next to one another.
   *
   * @param from position of the first
   * @param channel its channel
   * @param channels how many channels
   * @param each how many numbers of each
   */
  record Parcel(long from, int channel, int channels, int each) {
    int length() {
      return channels * each;
    }
  }

  /** Work on a parcel, with arrays of its own to read into. */
  @FunctionalInterface
  interface Visitor {
    void visit(Parcel parcel, double[] a, double[] b);
  }

  /** Adds a parcel to the sums of its channels. */
  @FunctionalInterface
  interface Summand {
    /**
     * Adds.
     *
     * @param sums one array for each kind of sum, indexed by the channel's place in the parcel
     */
    void add(Parcel parcel, double[] a, double[] b, double[][] sums);
  }

  /** Takes the sums of one channel. */
  @FunctionalInterface
  interface Total {
    void of(int channel, int place, double[][] sums);
  }

  long cells() {
    return outer * inner;
  }

  /** Position of a channel's first number. */
  long start(long block, long channel) {
    return (block * count + channel) * inner;
  }

  private int channelsInParcel() {
    return (int) Math.max(1, Math.min(count, Cells.RUN / inner));
  }

  private int parcels() {
    return (int) ((count + channelsInParcel() - 1) / channelsInParcel());
  }

  /** Visits all numbers, in parallel. */
  void each(Visitor visitor) {
    int parcels = parcels();
    Parallel.shared(
        outer * parcels,
        outer * count * inner,
        (first, last) -> {
          double[] a = new double[Cells.RUN];
          double[] b = new double[Cells.RUN];
          for (long i = first; i < last; i++) {
            visit(i / parcels, (int) (i % parcels), parcel -> visitor.visit(parcel, a, b));
          }
        });
  }

  /** Adds up over all numbers of each channel, in parallel over the channels. */
  void sum(int kinds, Summand summand, Total total) {
    Parallel.shared(
        parcels(),
        outer * count * inner,
        (first, last) -> {
          double[] a = new double[Cells.RUN];
          double[] b = new double[Cells.RUN];
          double[][] sums = new double[kinds][channelsInParcel()];
          for (int p = (int) first; p < last; p++) {
            for (double[] kind : sums) {
              Arrays.fill(kind, 0);
            }
            for (long block = 0; block < outer; block++) {
              visit(block, p, parcel -> summand.add(parcel, a, b, sums));
            }
            int channel = p * channelsInParcel();
            int end = (int) Math.min(count, channel + (long) channelsInParcel());
            for (int c = channel; c < end; c++) {
              total.of(c, c - channel, sums);
            }
          }
        });
  }

  private void visit(long block, int number, java.util.function.Consumer<Parcel> visitor) {
    int channel = number * channelsInParcel();
    int channels = (int) Math.min(channelsInParcel(), count - channel);
    if (channels > 1 || inner <= Cells.RUN) {
      visitor.accept(new Parcel(start(block, channel), channel, channels, (int) inner));
      return;
    }
    for (long i = 0; i < inner; i += Cells.RUN) {
      int each = (int) Math.min(Cells.RUN, inner - i);
      visitor.accept(new Parcel(start(block, channel) + i, channel, 1, each));
    }
  }
}

package dev.isnet.graph.op;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the channels lie in a c-ordered array: {@code outer} blocks of {@code count} runs of {@code
 * inner} numbers.
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

  long start(long block, long channel) {
    return (block * count + channel) * inner;
  }

  long cells() {
    return outer * inner;
  }
}

package dev.isnet.graph;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where a parameter lies in its network's flat parameter vector; a gradient or updater vector of
 * the same layout has its share at the same place.
 *
 * @param offset position of the first number
 * @param length number of numbers
 */
public record ParameterSlot(long offset, long length) {

  /** The place of a view of the flat vector. */
  static ParameterSlot of(INDArray view, INDArray flat) {
    return new ParameterSlot(view.offset() - flat.offset(), view.length());
  }

  /**
   * The share of a flat vector of the same layout.
   *
   * @param flat a vector as long as the network's parameter vector
   * @return a view, [length]
   */
  public INDArray in(INDArray flat) {
    return Nd4j.create(
        Nd4j.createBuffer(flat.data(), offset, length),
        new long[] {length},
        new long[] {1},
        0,
        'c');
  }
}

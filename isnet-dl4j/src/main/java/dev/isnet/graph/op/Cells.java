package dev.isnet.graph.op;

import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.bytedeco.javacpp.indexer.Indexer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The numbers of one contiguous, c-ordered array, read and written by position. As long as a
 * process works in one precision, only one of the two implementations is loaded and every access is
 * inlined.
 */
public abstract class Cells {

  /**
   * Reads a number.
   *
   * @param i position in c order
   * @return the number
   */
  public abstract double get(long i);

  /**
   * Writes a number.
   *
   * @param i position in c order
   * @param value the number, rounded to the precision of the array
   */
  public abstract void set(long i, double value);

  /**
   * The numbers of an array.
   *
   * @param array float or double, dense and in c order
   * @return reads and writes through to the array
   */
  public static Cells of(INDArray array) {
    if (array.length() > 1 && (array.ordering() != 'c' || array.isView() && !dense(array))) {
      throw new IllegalStateException(
          "a kernel needs a dense c-ordered array, not " + array.shapeInfoToString());
    }
    Indexer indexer = array.data().indexer();
    long offset = array.offset() - array.data().offset();
    if (indexer instanceof FloatIndexer floats) {
      return new Floats(floats, offset);
    }
    if (indexer instanceof DoubleIndexer doubles) {
      return new Doubles(doubles, offset);
    }
    throw new IllegalStateException("a kernel needs float or double, not " + array.dataType());
  }

  private static boolean dense(INDArray array) {
    long expected = 1;
    for (int d = array.rank() - 1; d >= 0; d--) {
      if (array.size(d) != 1 && array.stride(d) != expected) {
        return false;
      }
      expected *= array.size(d);
    }
    return true;
  }

  private static final class Floats extends Cells {
    private final FloatIndexer indexer;
    private final long offset;

    Floats(FloatIndexer indexer, long offset) {
      this.indexer = indexer;
      this.offset = offset;
    }

    @Override
    public double get(long i) {
      return indexer.get(offset + i);
    }

    @Override
    public void set(long i, double value) {
      indexer.put(offset + i, (float) value);
    }
  }

  private static final class Doubles extends Cells {
    private final DoubleIndexer indexer;
    private final long offset;

    Doubles(DoubleIndexer indexer, long offset) {
      this.indexer = indexer;
      this.offset = offset;
    }

    @Override
    public double get(long i) {
      return indexer.get(offset + i);
    }

    @Override
    public void set(long i, double value) {
      indexer.put(offset + i, value);
    }
  }
}

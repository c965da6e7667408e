package dev.isnet.graph.op;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The numbers of one contiguous, c-ordered array, read and written by position or in runs. As long
 * as a process works in one precision, only one of the two implementations is loaded and every
 * access is inlined. Any number of threads may use one instance.
 */
public abstract class Cells {

  /** Length of the runs that kernels work in: a few of them fit into the first-level cache. */
  static final int RUN = 1024;

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
   * Reads a run of numbers: work on runs is what the compiler turns into vector instructions.
   *
   * @param from position of the first in c order
   * @param run takes them at its start
   * @param count how many
   */
  public abstract void read(long from, double[] run, int count);

  /**
   * Writes a run of numbers.
   *
   * @param to position of the first in c order
   * @param run has them at its start
   * @param count how many
   */
  public abstract void write(long to, double[] run, int count);

  /**
   * Copies numbers from one array to another.
   *
   * @param from source
   * @param fromStart position of the first
   * @param to target
   * @param toStart position of the first
   * @param length how many
   */
  static void copy(Cells from, long fromStart, Cells to, long toStart, long length) {
    double[] run = new double[(int) Math.min(RUN, length)];
    for (long i = 0; i < length; i += RUN) {
      int count = (int) Math.min(RUN, length - i);
      from.read(fromStart + i, run, count);
      to.write(toStart + i, run, count);
    }
  }

  /**
   * The numbers of an array.
   *
   * @param array float or double, dense and in c order, at most 2³¹ − 1 numbers
   * @return reads and writes through to the array, which must outlive it
   */
  public static Cells of(INDArray array) {
    if (array.length() > 1 && (array.ordering() != 'c' || array.isView() && !dense(array))) {
      throw new IllegalStateException(
          "a kernel needs a dense c-ordered array, not " + array.shapeInfoToString());
    }
    Pointer start = array.data().pointer();
    return switch (array.dataType()) {
      case FLOAT -> new Floats(part(new FloatPointer(start), array).asBuffer());
      case DOUBLE -> new Doubles(part(new DoublePointer(start), array).asBuffer());
      default ->
          throw new IllegalStateException(
              "a kernel needs float or double, not " + array.dataType());
    };
  }

  /** A view's data has the pointer of the whole buffer, and the offset of the view. */
  private static <P extends Pointer> P part(P whole, INDArray array) {
    whole.capacity(array.offset() + array.length());
    whole.position(array.offset());
    return whole;
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
    private static final ThreadLocal<float[]> SCRATCH = ThreadLocal.withInitial(() -> new float[0]);

    private final FloatBuffer buffer;

    Floats(FloatBuffer buffer) {
      this.buffer = buffer;
    }

    @Override
    public double get(long i) {
      return buffer.get((int) i);
    }

    @Override
    public void set(long i, double value) {
      buffer.put((int) i, (float) value);
    }

    @Override
    public void read(long from, double[] run, int count) {
      float[] floats = scratch(count);
      buffer.get((int) from, floats, 0, count);
      for (int i = 0; i < count; i++) {
        run[i] = floats[i];
      }
    }

    @Override
    public void write(long to, double[] run, int count) {
      float[] floats = scratch(count);
      for (int i = 0; i < count; i++) {
        floats[i] = (float) run[i];
      }
      buffer.put((int) to, floats, 0, count);
    }

    private static float[] scratch(int count) {
      float[] floats = SCRATCH.get();
      if (floats.length < count) {
        floats = new float[Math.max(RUN, count)];
        SCRATCH.set(floats);
      }
      return floats;
    }
  }

  private static final class Doubles extends Cells {
    private final DoubleBuffer buffer;

    Doubles(DoubleBuffer buffer) {
      this.buffer = buffer;
    }

    @Override
    public double get(long i) {
      return buffer.get((int) i);
    }

    @Override
    public void set(long i, double value) {
      buffer.put((int) i, value);
    }

    @Override
    public void read(long from, double[] run, int count) {
      buffer.get((int) from, run, 0, count);
    }

    @Override
    public void write(long to, double[] run, int count) {
      buffer.put((int) to, run, 0, count);
    }
  }
}

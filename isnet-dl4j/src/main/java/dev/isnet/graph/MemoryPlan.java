package dev.isnet.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Places the tensors of a run in one arena so that two that are alive at the same time never
 * overlap: the largest first, each at the lowest free place.
 */
final class MemoryPlan {

  /** Buffers start at multiples of 64 bytes, the width of a vector register and of a cache line. */
  private static final long ALIGNMENT = 16;

  private static final class Tensor {
    private final long length;
    private final int birth;
    private int death;
    private long offset = -1;
    private Tensor holder; // the tensor whose place it has taken, itself in no other's

    Tensor(long length, int birth) {
      this.length = length;
      this.birth = birth;
      this.death = birth;
    }

    boolean overlapsInTime(Tensor other) {
      return birth <= other.death && other.birth <= death;
    }
  }

  private final List<Tensor> tensors = new ArrayList<>();
  private long total;

  /**
   * Adds a tensor.
   *
   * @param length number of elements
   * @param birth step that fills it
   * @return its number
   */
  int add(long length, int birth) {
    tensors.add(new Tensor((length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT, birth));
    return tensors.size() - 1;
  }

  /** Says that a step still needs a tensor. */
  void use(int tensor, int step) {
    tensors.get(tensor).death = Math.max(tensors.get(tensor).death, step);
  }

  /**
   * Puts a result where its operation reads another tensor for the last time.
   *
   * @return false when that tensor is needed later or has another length
   */
  boolean join(int tensor, int result, int step) {
    Tensor read = holder(tensor);
    Tensor written = tensors.get(result);
    if (read.birth < 0 || read.death != step || read.length != written.length) {
      return false;
    }
    read.death = written.death;
    written.holder = read;
    return true;
  }

  private Tensor holder(int tensor) {
    Tensor t = tensors.get(tensor);
    return t.holder == null ? t : t.holder;
  }

  /** Places all tensors. */
  void place() {
    List<Tensor> placed = new ArrayList<>();
    List<Tensor> bySize = new ArrayList<>(tensors);
    bySize.removeIf(t -> t.holder != null);
    bySize.sort(Comparator.comparingLong((Tensor t) -> -t.length).thenComparingInt(t -> t.birth));
    for (Tensor tensor : bySize) {
      long offset = 0;
      for (Tensor other : placed) { // by offset
        if (other.overlapsInTime(tensor)) {
          if (other.offset - offset >= tensor.length) {
            break;
          }
          offset = Math.max(offset, other.offset + other.length);
        }
      }
      tensor.offset = offset;
      int at = 0;
      while (at < placed.size() && placed.get(at).offset <= offset) {
        at++;
      }
      placed.add(at, tensor);
      total = Math.max(total, offset + tensor.length);
    }
  }

  long offset(int tensor) {
    return holder(tensor).offset;
  }

  /** Elements of the arena. */
  long total() {
    return total;
  }

  /** The largest sum of the tensors that are alive at once: no plan can need less. */
  long floor() {
    int last = tensors.stream().mapToInt(t -> t.death).max().orElse(0);
    long[] change = new long[last + 3];
    for (Tensor t : tensors) {
      if (t.holder != null) {
        continue;
      }
      change[t.birth + 1] += t.length;
      change[t.death + 2] -= t.length;
    }
    long alive = 0;
    long peak = 0;
    for (long c : change) {
      alive += c;
      peak = Math.max(peak, alive);
    }
    return peak;
  }
}

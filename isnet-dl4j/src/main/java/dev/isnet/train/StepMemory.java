package dev.isnet.train;

import java.util.ArrayList;
import java.util.List;

/**
 * The memory of a step, which all graphs of a training share: those of the full batch and of an
 * epoch's last one, in training and in validation. Only one of them runs at a time, so one that
 * does not fit beside the others takes their place.
 */
final class StepMemory {

  private final long budget;
  private final List<HeatmapGroups> users = new ArrayList<>();
  private long peak;

  /**
   * Nothing is used yet.
   *
   * @param objective tells how much there is
   */
  StepMemory(Objective objective) {
    budget = objective instanceof Objective.Isnet isnet ? isnet.memory() : Long.MAX_VALUE;
  }

  /** Bytes that may be allocated at once. */
  long budget() {
    return budget;
  }

  /** The largest number of bytes that were allocated at once. */
  long peak() {
    return peak;
  }

  void join(HeatmapGroups user) {
    users.add(user);
  }

  void leave(HeatmapGroups user) {
    users.remove(user);
  }

  /** Frees what stands in the way of a graph that is about to be compiled. */
  void makeRoom(long bytes) {
    if (held() > budget - bytes) {
      users.forEach(HeatmapGroups::release);
    }
    peak = Math.max(peak, held() + bytes);
  }

  private long held() {
    return users.stream().mapToLong(HeatmapGroups::held).sum();
  }
}

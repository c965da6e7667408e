package dev.isnet.train;

import dev.isnet.data.InputException;
import dev.isnet.graph.CompiledByBatch;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.relevance.Variant;
import java.math.RoundingMode;
import java.util.function.IntFunction;

/**
 * The graphs of an objective, whose heatmaps are made in as many groups as the memory of a step
 * needs. Whatever the groups, the numbers are the same. Owns the compiled graphs.
 */
final class HeatmapGroups implements AutoCloseable {

  /** More maps at once need more memory and are no faster. */
  private static final int MAPS_TOGETHER = 64;

  private final int classes;
  private final StepMemory memory;
  private final boolean divisible;
  private final boolean repeated; // more than one group costs more than all maps together
  private final IntFunction<CompiledByBatch> build;
  private int chunk;
  private CompiledByBatch graphs;

  /**
   * Builds the graphs with all maps together; compiles nothing yet.
   *
   * @param objective tells whether its maps can be made in groups
   * @param memory the memory of a step
   * @param classes K
   * @param build builds the graphs for a largest number of maps that are made together
   */
  HeatmapGroups(
      Objective objective, StepMemory memory, int classes, IntFunction<CompiledByBatch> build) {
    this.classes = classes;
    this.build = build;
    this.memory = memory;
    this.divisible =
        objective instanceof Objective.Isnet isnet && isnet.variant() == Variant.ORIGINAL;
    this.repeated = objective instanceof Objective.Isnet isnet && !isnet.deep().layers().isEmpty();
    memory.join(this);
    inGroupsOf(classes);
  }

  private void inGroupsOf(int maps) {
    chunk = maps;
    graphs = build.apply(maps);
  }

  private void again(int maps) {
    graphs.close();
    inGroupsOf(maps);
  }

  /** Builds the graphs anew, in the same groups. */
  void again() {
    again(chunk);
  }

  /** How many maps are made together. */
  int chunk() {
    return chunk;
  }

  /**
   * The graph for a shape of image batches, in smaller groups than before where it needs them.
   *
   * @param images [B, C, h, w]
   * @throws InputException when not even one map at a time fits into the memory of a step
   */
  CompiledGraph of(long... images) {
    if (graphs.known(images)) {
      return graphs.of(images);
    }
    int fast = (int) Math.max(1, MAPS_TOGETHER / images[0]);
    if (divisible && !repeated && chunk > fast) {
      again(even((classes + fast - 1) / fast));
    }
    long bytes = graphs.bytes(images);
    while (bytes > memory.budget() && chunk > 1 && divisible) {
      again(Math.min(chunk - 1, even((classes + chunk - 1) / chunk + 1)));
      bytes = graphs.bytes(images);
    }
    if (bytes > memory.budget()) {
      throw new InputException(
          "A step of %d images needs %s with the heatmaps made %s, but its memory is %s; take a smaller batch or allow more."
              .formatted(
                  images[0],
                  size(bytes, RoundingMode.CEILING),
                  chunk == 1 ? "one by one" : "together",
                  size(memory.budget(), RoundingMode.FLOOR)));
    }
    memory.makeRoom(bytes);
    return graphs.of(images);
  }

  /** Bytes of all compiled graphs. */
  long held() {
    return graphs.held();
  }

  /** Frees the compiled graphs; they are compiled anew when they are asked for. */
  void release() {
    graphs.release();
  }

  /** Maps of each of a number of groups, shared out evenly. */
  private int even(int groups) {
    return (classes + groups - 1) / groups;
  }

  /** Bytes in MB, below 10 MB in kB. */
  private static String size(long bytes, RoundingMode rounding) {
    int unit = bytes < 10_000_000 ? 1000 : 1_000_000;
    long rounded = (rounding == RoundingMode.CEILING ? bytes + unit - 1 : bytes) / unit;
    return rounded + (unit == 1000 ? " kB" : " MB");
  }

  @Override
  public void close() {
    memory.leave(this);
    graphs.close();
  }
}

package dev.isnet.graph;

import dev.isnet.data.InputException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One twin compiled for the batch shapes that come along: usually the full batch and an epoch's
 * last one. It owns the compiled graphs, and keeps the {@value #KEPT} that were used last. Not
 * thread-safe.
 */
public final class CompiledByBatch implements AutoCloseable {

  private static final int KEPT = 4;

  private final Twin twin;
  private final Map<String, long[]> extraInputs;
  private final Collection<String> outputs;
  // The one that was used last is the last.
  private final Map<List<Long>, CompiledGraph> compiled = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  /**
   * Compiles nothing yet.
   *
   * @param twin the twin, its graph complete
   * @param extraInputs shapes of the inputs beside the images, by name: −1 stands for the batch's
   *     size on that axis
   * @param outputs names of the variables that are read after a run
   */
  public CompiledByBatch(Twin twin, Map<String, long[]> extraInputs, Collection<String> outputs) {
    this.twin = twin;
    this.extraInputs = extraInputs;
    this.outputs = outputs;
  }

  /**
   * The graph for a shape of image batches.
   *
   * @param images [B, C, h, w]
   * @return the same one for the same shape, until {@value #KEPT} others have been asked for
   * @throws IllegalStateException after {@link #close()}
   */
  public CompiledGraph of(long... images) {
    if (closed) {
      throw new IllegalStateException("This is closed and has no memory any more; make a new one.");
    }
    CompiledGraph known = compiled.get(key(images));
    if (known != null) {
      return known;
    }
    if (compiled.size() == KEPT) {
      Iterator<CompiledGraph> oldest = compiled.values().iterator();
      oldest.next().close();
      oldest.remove();
    }
    CompiledGraph fresh =
        new CompiledGraph(twin.graph(), twin.type(), twin.bound(), shapes(images), outputs);
    compiled.put(key(images), fresh);
    return fresh;
  }

  /**
   * Whether the graph for a shape has been compiled already.
   *
   * @param images [B, C, h, w]
   * @return true when {@link #of} only looks it up
   */
  public boolean known(long... images) {
    return compiled.containsKey(key(images));
  }

  /**
   * What the graph for a shape would allocate.
   *
   * @param images [B, C, h, w]
   * @return bytes
   */
  public long bytes(long... images) {
    return new GraphPlan(twin.graph(), twin.type(), twin.bound(), shapes(images), outputs).bytes();
  }

  /**
   * What the graphs that are kept have allocated.
   *
   * @return bytes
   */
  public long held() {
    return compiled.values().stream().mapToLong(CompiledGraph::bytes).sum();
  }

  /** Frees the graphs that are kept; each is compiled anew when it is asked for. */
  public void release() {
    compiled.values().forEach(CompiledGraph::close);
    compiled.clear();
  }

  private static List<Long> key(long... images) {
    if (images.length != 4) {
      throw new InputException(
          "The images have the shape %s, but must be [B, C, h, w]; one image is a batch of one."
              .formatted(Arrays.toString(images)));
    }
    return List.of(images[0], images[1], images[2], images[3]);
  }

  private Map<String, long[]> shapes(long... images) {
    Map<String, long[]> shapes = new HashMap<>();
    shapes.put(twin.input().name(), images);
    extraInputs.forEach(
        (name, shape) -> {
          long[] full = shape.clone();
          for (int d = 0; d < full.length; d++) {
            full[d] = full[d] < 0 ? images[d] : full[d];
          }
          shapes.put(name, full);
        });
    return shapes;
  }

  @Override
  public void close() {
    release();
    closed = true;
  }
}

package dev.isnet.explain;

import dev.isnet.graph.CompiledByBatch;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Translators;
import dev.isnet.graph.Twin;
import dev.isnet.graph.op.LogitMaps;
import dev.isnet.relevance.GradCam;
import dev.isnet.relevance.Heatmaps;
import dev.isnet.relevance.RelevanceGraph;
import dev.isnet.relevance.RuleSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Shows for every class which pixels its logit came from. Owns native memory; close it.
 * Thread-safe; calls take turns.
 */
public final class Explainer implements AutoCloseable {

  /** What one pass explains: some logits, all when none is named, at the pixels or a vertex. */
  private record Question(List<Integer> classes, Optional<String> vertex) {}

  private static final Question ALL = new Question(List.of(), Optional.empty());

  /** A twin with one relevance pass. */
  private record Pass(Twin twin, SDVariable maps, CompiledByBatch graphs) {}

  private final ComputationGraph network;
  private final Method method;
  private final Translators translators;
  private final Map<Question, Pass> passes = new HashMap<>();

  /**
   * Builds the twin with its relevance pass.
   *
   * @param network an initialised network with one image input and one output
   * @param rules the rules
   * @throws dev.isnet.data.InputException when the network has a layer that the twin does not know
   */
  public Explainer(ComputationGraph network, RuleSet rules) {
    this(network, rules, Translators.standard());
  }

  /**
   * Builds the twin of a network with layers of one's own.
   *
   * @param network an initialised network with one image input and one output
   * @param rules the rules
   * @param translators what is known of its layers
   * @throws dev.isnet.data.InputException when the network has a layer that the twin does not know
   */
  public Explainer(ComputationGraph network, RuleSet rules, Translators translators) {
    this(network, Method.relevance(rules), translators);
  }

  /**
   * Builds the twin with the operations of any method.
   *
   * @param network an initialised network with one image input and one output
   * @param method how the maps are made
   * @throws dev.isnet.data.InputException when the network has a layer that the twin does not know,
   *     or Grad-CAM finds no layer with height and width
   */
  public Explainer(ComputationGraph network, Method method) {
    this(network, method, Translators.standard());
  }

  /**
   * Builds the twin of a network with layers of one's own, with the operations of any method.
   *
   * @param network an initialised network with one image input and one output
   * @param method how the maps are made
   * @param translators what is known of its layers
   * @throws dev.isnet.data.InputException when the network has a layer that the twin does not know,
   *     or Grad-CAM finds no layer with height and width
   */
  public Explainer(ComputationGraph network, Method method, Translators translators) {
    this.network = network;
    this.method = method;
    this.translators = translators;
    pass(ALL);
  }

  private Pass pass(Question question) {
    return passes.computeIfAbsent(question, this::build);
  }

  private Pass build(Question question) {
    Twin twin = Twin.of(network, Twin.Mode.EVALUATION, translators);
    int[] classes = question.classes().stream().mapToInt(Integer::intValue).toArray();
    SDVariable start =
        classes.length == 0
            ? LogitMaps.of(twin.logits(), 0, 0)
            : LogitMaps.chosen(twin.logits(), classes);
    SDVariable maps = maps(twin, start, question.vertex());
    return new Pass(
        twin,
        maps,
        new CompiledByBatch(twin, Map.of(), List.of(maps.name(), twin.logits().name())));
  }

  private SDVariable maps(Twin twin, SDVariable start, Optional<String> vertex) {
    if (method instanceof Method.Relevance relevance) {
      Heatmaps made =
          RelevanceGraph.of(twin, relevance.rules(), start, vertex.map(List::of).orElse(List.of()));
      return vertex.map(made.hidden()::get).orElse(made.pixels());
    }
    if (vertex.isPresent()) {
      throw new IllegalArgumentException("Grad-CAM has no maps of hidden layers");
    }
    return GradCam.maps(twin, start, ((Method.GradCam) method).layer());
  }

  /**
   * One heatmap for every image and class.
   *
   * @param images [B, C, h, w], values as in training; not changed
   * @return [B, K, C, h, w], the caller's own; C is 1 for Grad-CAM
   */
  public synchronized INDArray explain(INDArray images) {
    return answer(ALL, images);
  }

  /**
   * One heatmap for every image and chosen class.
   *
   * @param images [B, C, h, w], values as in training; not changed
   * @param classes positions of at least one logit
   * @return [B, chosen classes, C, h, w], the caller's own; C is 1 for Grad-CAM
   * @throws dev.isnet.data.InputException when there is no such class
   */
  public synchronized INDArray explain(INDArray images, int... classes) {
    return answer(new Question(Arrays.stream(classes).boxed().toList(), Optional.empty()), images);
  }

  /**
   * The relevance of a hidden layer's output for every image and class.
   *
   * @param images [B, C, h, w], values as in training; not changed
   * @param vertex name of the vertex
   * @return [B, K, …], the caller's own
   * @throws dev.isnet.data.InputException when no relevance arrives at such a vertex
   */
  public synchronized INDArray explainHidden(INDArray images, String vertex) {
    return answer(new Question(List.of(), Optional.of(vertex)), images);
  }

  private INDArray answer(Question question, INDArray images) {
    Pass pass = pass(question);
    INDArray maps = run(pass, images).array(pass.maps().name());
    long[] shape = new long[maps.rank() + 1];
    int[] imagesFirst = new int[maps.rank() + 1];
    System.arraycopy(maps.shape(), 1, shape, 2, maps.rank() - 1);
    shape[0] = maps.size(0) / images.size(0);
    shape[1] = images.size(0);
    Arrays.setAll(imagesFirst, d -> d < 2 ? 1 - d : d);
    return maps.reshape('c', shape).permute(imagesFirst).dup('c');
  }

  /**
   * The heatmaps of one image, with the logits that they explain.
   *
   * @param image [C, h, w] or [1, C, h, w], values as in training; not changed
   * @param classes the class names in the order of the logits
   * @return one heatmap for each class
   */
  public synchronized List<Heatmap> explain(INDArray image, List<String> classes) {
    INDArray batch =
        image.rank() == 3 ? image.reshape(1, image.size(0), image.size(1), image.size(2)) : image;
    if (batch.size(0) != 1) {
      throw new IllegalArgumentException("one image is explained at a time, not " + batch.size(0));
    }
    Pass pass = pass(ALL);
    CompiledGraph graph = run(pass, batch);
    INDArray logits = graph.array(pass.twin().logits().name());
    if (logits.size(1) != classes.size()) {
      throw new IllegalArgumentException(
          classes.size() + " class names for " + logits.size(1) + " logits");
    }
    INDArray maps = graph.array(pass.maps().name());
    int cells = (int) (maps.length() / classes.size());
    float[] all = maps.dup('c').data().asFloat();
    List<Heatmap> found = new ArrayList<>();
    for (int k = 0; k < classes.size(); k++) {
      found.add(
          new Heatmap(
              Arrays.copyOfRange(all, k * cells, (k + 1) * cells),
              (int) maps.size(1),
              (int) maps.size(2),
              (int) maps.size(3),
              classes.get(k),
              logits.getDouble(0, k)));
    }
    return found;
  }

  private static CompiledGraph run(Pass pass, INDArray images) {
    CompiledGraph graph = pass.graphs().of(images.shape());
    graph.array(pass.twin().input().name()).assign(images);
    graph.run();
    return graph;
  }

  @Override
  public synchronized void close() {
    passes.values().forEach(pass -> pass.graphs().close());
    passes.clear();
  }
}

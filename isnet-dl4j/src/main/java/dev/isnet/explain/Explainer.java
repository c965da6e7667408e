package dev.isnet.explain;

import dev.isnet.data.InputException;
import dev.isnet.graph.CompiledByBatch;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Translators;
import dev.isnet.graph.Twin;
import dev.isnet.graph.TwinNode;
import dev.isnet.graph.op.AttentionRollout;
import dev.isnet.graph.op.LogitMaps;
import dev.isnet.relevance.GradCam;
import dev.isnet.relevance.Heatmaps;
import dev.isnet.relevance.RelevanceGraph;
import dev.isnet.relevance.RuleSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Shows for every class which pixels its logit came from. Sees later changes of the network's
 * parameters. Owns native memory; close it, after which every call is an IllegalStateException.
 *
 * <p>Thread-safe: calls take turns; the network must not be trained during one. The relevance
 * passes of the {@value #KEPT} questions that were asked last are kept: how many classes, at which
 * vertex. Which classes is no other question.
 */
public final class Explainer implements AutoCloseable {

  /**
   * What one pass explains.
   *
   * @param classes how many chosen classes; 0 for all
   * @param vertex where; at the pixels when empty
   */
  private record Question(int classes, Optional<String> vertex) {}

  /** A twin with one relevance pass. */
  private record Pass(Twin twin, SDVariable maps, CompiledByBatch graphs) {}

  private static final Question ALL = new Question(0, Optional.empty());
  private static final String CHOSEN = "chosen";
  private static final int KEPT = 4;

  private final ComputationGraph network;
  private final Method method;
  private final Translators translators;
  // The one that was asked for last is the last.
  private final Map<Question, Pass> passes = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  /**
   * Builds the twin with its relevance pass.
   *
   * @param network an initialised network with one image input and one output
   * @param rules the rules
   * @throws InputException when the network has a layer that the twin does not know
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
   * @throws InputException when the network has a layer that the twin does not know
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
    if (closed) {
      throw new IllegalStateException("This explainer is closed; make a new one.");
    }
    Pass known = passes.get(question);
    if (known != null) {
      return known;
    }
    Pass fresh = build(question);
    if (passes.size() == KEPT) {
      Iterator<Pass> oldest = passes.values().iterator();
      oldest.next().graphs().close();
      oldest.remove();
    }
    passes.put(question, fresh);
    return fresh;
  }

  private Pass build(Question question) {
    Twin twin = Twin.of(network, Twin.Mode.EVALUATION, translators);
    Map<String, long[]> inputs =
        question.classes() == 0 ? Map.of() : Map.of(CHOSEN, new long[] {question.classes()});
    SDVariable start =
        question.classes() == 0
            ? LogitMaps.of(twin.logits(), 0, 0)
            : LogitMaps.chosen(
                twin.logits(),
                twin.graph().placeHolder(CHOSEN, twin.type(), (long) question.classes()));
    SDVariable maps = maps(twin, start, question.vertex());
    return new Pass(
        twin, maps, new CompiledByBatch(twin, inputs, List.of(maps.name(), twin.logits().name())));
  }

  private SDVariable maps(Twin twin, SDVariable start, Optional<String> vertex) {
    if (method instanceof Method.Relevance relevance) {
      Heatmaps made =
          RelevanceGraph.of(twin, relevance.rules(), start, vertex.map(List::of).orElse(List.of()));
      return vertex.map(made.hidden()::get).orElse(made.pixels());
    }
    if (vertex.isPresent()) {
      throw new IllegalArgumentException("only relevance has maps of hidden layers");
    }
    return method instanceof Method.GradCam cam
        ? GradCam.maps(twin, start, cam.layer())
        : rollout(twin, start);
  }

  private static SDVariable rollout(Twin twin, SDVariable start) {
    List<SDVariable> attentions = new ArrayList<>();
    for (TwinNode node : twin.nodes()) {
      if (node instanceof TwinNode.SelfAttention block) {
        attentions.add(block.attention());
      }
    }
    if (attentions.isEmpty()) {
      throw new InputException(
          "The network has no self-attention; attention rollout is for transformers.");
    }
    return new AttentionRollout(twin.input(), start, attentions).out(0);
  }

  /**
   * One heatmap for every image and class.
   *
   * @param images [B, C, h, w], values as in training; not changed
   * @return [B, K, C, h, w], the caller's own; C is 1 for Grad-CAM
   * @throws IllegalStateException after {@link #close()}
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
   * @throws InputException when there is no such class
   * @throws IllegalArgumentException when no class is named
   * @throws IllegalStateException after {@link #close()}
   */
  public synchronized INDArray explain(INDArray images, int... classes) {
    return answer(chosen(Optional.empty(), classes), images, classes);
  }

  /**
   * The relevance of a hidden layer's output for every image and class.
   *
   * @param images [B, C, h, w], values as in training; not changed
   * @param vertex name of the vertex
   * @return [B, K, …], the caller's own
   * @throws InputException when no relevance arrives at such a vertex
   * @throws IllegalStateException after {@link #close()}
   */
  public synchronized INDArray explainHidden(INDArray images, String vertex) {
    return answer(new Question(0, Optional.of(vertex)), images);
  }

  /**
   * The relevance of a hidden layer's output for every image and chosen class.
   *
   * @param images [B, C, h, w], values as in training; not changed
   * @param vertex name of the vertex
   * @param classes positions of at least one logit
   * @return [B, chosen classes, …], the caller's own
   * @throws InputException when there is no such class, or no relevance arrives at such a vertex
   * @throws IllegalArgumentException when no class is named
   * @throws IllegalStateException after {@link #close()}
   */
  public synchronized INDArray explainHidden(INDArray images, String vertex, int... classes) {
    return answer(chosen(Optional.of(vertex), classes), images, classes);
  }

  private static Question chosen(Optional<String> vertex, int... classes) {
    if (classes.length == 0) {
      throw new IllegalArgumentException(
          "no class is named; leave the argument out to explain them all");
    }
    return new Question(classes.length, vertex);
  }

  private INDArray answer(Question question, INDArray images, int... classes) {
    Pass pass = pass(question);
    CompiledGraph graph = run(pass, images, classes);
    INDArray maps = graph.array(pass.maps().name());
    long[] shape = new long[maps.rank() + 1];
    int[] imagesFirst = new int[maps.rank() + 1];
    System.arraycopy(maps.shape(), 1, shape, 2, maps.rank() - 1);
    shape[0] =
        classes.length == 0 ? graph.array(pass.twin().logits().name()).size(1) : classes.length;
    shape[1] = maps.size(0) / shape[0];
    Arrays.setAll(imagesFirst, d -> d < 2 ? 1 - d : d);
    return maps.reshape('c', shape).permute(imagesFirst).dup('c');
  }

  /**
   * The heatmaps of one image, with the logits that they explain.
   *
   * @param image [C, h, w] or [1, C, h, w], values as in training; not changed
   * @param classes the class names in the order of the logits
   * @return one heatmap for each class
   * @throws IllegalStateException after {@link #close()}
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

  /** How many relevance passes are kept. */
  synchronized int passes() {
    return passes.size();
  }

  private static CompiledGraph run(Pass pass, INDArray images, int... classes) {
    CompiledGraph graph = pass.graphs().of(images.shape());
    long known = graph.array(pass.twin().logits().name()).size(1);
    for (int k : classes) {
      if (k < 0 || k >= known) {
        throw new InputException(
            "There is no class %d; the network has the classes 0 to %d.".formatted(k, known - 1));
      }
    }
    if (classes.length > 0) {
      graph.array(CHOSEN).assign(Nd4j.createFromArray(classes));
    }
    graph.array(pass.twin().input().name()).assign(images);
    graph.run();
    return graph;
  }

  @Override
  public synchronized void close() {
    passes.values().forEach(pass -> pass.graphs().close());
    passes.clear();
    closed = true;
  }
}

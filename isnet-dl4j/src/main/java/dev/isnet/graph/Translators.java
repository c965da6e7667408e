package dev.isnet.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * Which DL4J layers and vertices a twin knows, and what it makes of them. The extension point for
 * layers of one's own:
 *
 * <pre>{@code
 * Translators mine = Translators.standard().withLayer(SquareLayer.class,
 *     (layer, input, to) -> to.activation(input, Factor.of(x -> x * x, x -> 2 * x, x -> 2)));
 * Twin twin = Twin.of(network, Twin.Mode.TRAINING, mine);
 * }</pre>
 *
 * <p>A translator adds nodes by the methods of {@link Translation} and returns the last of them.
 * Since every kind of node has its relevance rule, the layer then has one too. Immutable.
 */
public final class Translators {

  /**
   * Makes nodes of a layer.
   *
   * @param <L> the layer's configuration class
   */
  @FunctionalInterface
  public interface OfLayer<L extends Layer> {
    /**
     * Adds the layer's nodes.
     *
     * @param layer the layer's configuration
     * @param input what it takes its input from; preprocessor and dropout have been applied
     * @param to where nodes are added
     * @return the node that stands for the layer's output
     */
    TwinNode translate(L layer, TwinNode input, Translation to);
  }

  /**
   * Makes nodes of a vertex that is not a layer.
   *
   * @param <V> the vertex's configuration class
   */
  @FunctionalInterface
  public interface OfVertex<V extends GraphVertex> {
    /**
     * Adds the vertex's nodes.
     *
     * @param vertex the vertex's configuration
     * @param inputs what it takes its inputs from, in its own order
     * @param to where nodes are added
     * @return the node that stands for the vertex's output
     */
    TwinNode translate(V vertex, List<TwinNode> inputs, Translation to);
  }

  private static final Translators STANDARD = StandardTranslators.all();

  private final Map<Class<?>, OfLayer<?>> layers;
  private final Map<Class<?>, OfVertex<?>> vertices;

  private Translators(Map<Class<?>, OfLayer<?>> layers, Map<Class<?>, OfVertex<?>> vertices) {
    this.layers = layers;
    this.vertices = vertices;
  }

  static Translators none() {
    return new Translators(Map.of(), Map.of());
  }

  /**
   * All that the library knows.
   *
   * @return the standard translators
   */
  public static Translators standard() {
    return STANDARD;
  }

  /**
   * The same with one more kind of layer, or another translation of a known one.
   *
   * @param <L> the layer's configuration class
   * @param type that class; its subclasses need translators of their own
   * @param translator makes nodes of it
   * @return the extended set
   */
  public <L extends Layer> Translators withLayer(Class<L> type, OfLayer<? super L> translator) {
    Map<Class<?>, OfLayer<?>> more = new HashMap<>(layers);
    more.put(type, translator);
    return new Translators(Map.copyOf(more), vertices);
  }

  /**
   * The same with one more kind of vertex, or another translation of a known one.
   *
   * @param <V> the vertex's configuration class
   * @param type that class
   * @param translator makes nodes of it
   * @return the extended set
   */
  public <V extends GraphVertex> Translators withVertex(
      Class<V> type, OfVertex<? super V> translator) {
    Map<Class<?>, OfVertex<?>> more = new HashMap<>(vertices);
    more.put(type, translator);
    return new Translators(layers, Map.copyOf(more));
  }

  @SuppressWarnings("unchecked") // withLayer pairs the class with a translator of it
  <L extends Layer> Optional<OfLayer<L>> of(L layer) {
    return Optional.ofNullable((OfLayer<L>) layers.get(layer.getClass()));
  }

  @SuppressWarnings("unchecked") // withVertex pairs the class with a translator of it
  <V extends GraphVertex> Optional<OfVertex<V>> of(V vertex) {
    return Optional.ofNullable((OfVertex<V>) vertices.get(vertex.getClass()));
  }

  /** The known classes by name, for messages. */
  String names() {
    TreeSet<String> names = new TreeSet<>();
    layers.keySet().forEach(type -> names.add(type.getSimpleName()));
    vertices.keySet().forEach(type -> names.add(type.getSimpleName()));
    return String.join(", ", names);
  }
}

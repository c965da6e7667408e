package dev.isnet.audit;

import dev.isnet.data.ImageSize;
import dev.isnet.evaluate.MapSimilarity;
import dev.isnet.explain.Explainer;
import dev.isnet.relevance.RuleSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The sanity check of Adebayo, Gilmer, Muelly, Goodfellow, Hardt and Kim (Sanity checks for
 * saliency maps, NeurIPS 2018), cascading: from the output down to the input, one layer after the
 * other has its parameters randomised, and the maps are compared with those of the trained network.
 * Maps that do not change say nothing about what the network has learnt.
 *
 * <p>A parameter is randomised by shuffling its numbers, so that its distribution, and with it the
 * size of the activations, stays. Maps have their channels summed.
 */
public final class ParameterRandomisation {

  private ParameterRandomisation() {}

  /**
   * The maps when so many layers are randomised.
   *
   * @param layer the lowest randomised layer
   * @param layers how many layers are randomised
   * @param images how alike each image's map is to that of the trained network
   */
  public record Step(String layer, int layers, List<Likeness> images) {

    /** Copies the list. */
    public Step {
      images = List.copyOf(images);
    }

    /** Mean rank correlation of the maps. */
    public double spearman() {
      return mean(Likeness::spearman);
    }

    /** Mean rank correlation of the maps' absolute values. */
    public double spearmanOfMagnitudes() {
      return mean(Likeness::spearmanOfMagnitudes);
    }

    /** Mean structural similarity. */
    public double ssim() {
      return mean(Likeness::ssim);
    }

    private double mean(ToDoubleFunction<Likeness> measure) {
      return images.stream().mapToDouble(measure).average().orElse(Double.NaN);
    }
  }

  /**
   * How alike two maps of an image are.
   *
   * @param spearman rank correlation
   * @param spearmanOfMagnitudes the same of the maps' absolute values, which a mere change of signs
   *     leaves alone
   * @param ssim structural similarity
   */
  public record Likeness(double spearman, double spearmanOfMagnitudes, double ssim) {}

  /**
   * Randomises a copy of a network; the network itself is not changed.
   *
   * @param network an initialised network with one image input and one output
   * @param rules the rules of the maps
   * @param images [B, C, h, w], values as in training; not changed
   * @param classes the explained class of each image
   * @param comparisons at most so many comparisons, evenly spread over the layers, the last one
   *     with all layers randomised; at least 1
   * @param seed of the shuffling
   * @return one step for each comparison, from the output down
   */
  public static List<Step> cascade(
      ComputationGraph network,
      RuleSet rules,
      INDArray images,
      int[] classes,
      int comparisons,
      long seed) {
    ComputationGraph copy = network.clone();
    try (Explainer explainer = new Explainer(copy, rules)) {
      ImageSize size =
          new ImageSize((int) images.size(2), (int) images.size(3), (int) images.size(1));
      return cascade(copy, () -> maps(explainer, images, classes, size), size, comparisons, seed);
    }
  }

  /**
   * Randomises a network.
   *
   * @param copy the network, which is changed
   * @param maps makes a map of C·h·w values of each image with the network as it then is
   * @param size of the images
   */
  static List<Step> cascade(
      ComputationGraph copy, Supplier<float[][]> maps, ImageSize size, int comparisons, long seed) {
    List<Layer> layers = new ArrayList<>();
    for (int index : copy.topologicalSortOrder()) {
      if (copy.getVertices()[index].hasLayer()
          && copy.getVertices()[index].getLayer().numParams() > 0) {
        layers.add(0, copy.getVertices()[index].getLayer());
      }
    }
    SplittableRandom random = new SplittableRandom(seed);
    List<Step> steps = new ArrayList<>();
    double[][] trained = planes(maps.get(), size);
    int parts = Math.min(comparisons, layers.size());
    int done = 0;
    for (int part = 1; part <= parts; part++) {
      int until = (int) Math.round((double) part * layers.size() / parts);
      for (; done < until; done++) {
        layers.get(done).paramTable().values().forEach(array -> shuffle(array, random));
      }
      String lowest = layers.get(done - 1).conf().getLayer().getLayerName();
      double[][] found = planes(maps.get(), size);
      steps.add(
          new Step(
              lowest,
              done,
              IntStream.range(0, trained.length)
                  .mapToObj(b -> likeness(trained[b], found[b], size.width()))
                  .toList()));
    }
    return steps;
  }

  private static Likeness likeness(double[] trained, double[] found, int width) {
    return new Likeness(
        MapSimilarity.spearman(trained, found),
        MapSimilarity.spearman(abs(trained), abs(found)),
        MapSimilarity.ssim(trained, found, width));
  }

  private static double[] abs(double[] map) {
    return DoubleStream.of(map).map(Math::abs).toArray();
  }

  private static float[][] maps(
      Explainer explainer, INDArray images, int[] classes, ImageSize size) {
    try (INDArray maps = explainer.explainEach(images, classes)) {
      float[] all = maps.data().asFloat();
      float[][] own = new float[classes.length][];
      Arrays.setAll(own, b -> Arrays.copyOfRange(all, b * size.values(), (b + 1) * size.values()));
      return own;
    }
  }

  /** The maps with their channels summed. */
  private static double[][] planes(float[][] maps, ImageSize size) {
    double[][] sums = new double[maps.length][size.area()];
    for (int b = 0; b < maps.length; b++) {
      for (int i = 0; i < size.values(); i++) {
        sums[b][i % size.area()] += maps[b][i];
      }
    }
    return sums;
  }

  /** Fisher and Yates, in the parameter's own place: the network's layers share its memory. */
  private static void shuffle(INDArray array, SplittableRandom random) {
    for (long i = array.length() - 1; i > 0; i--) {
      long j = random.nextLong(i + 1);
      double value = array.getDouble(i);
      array.putScalar(i, array.getDouble(j));
      array.putScalar(j, value);
    }
  }
}

package dev.isnet.audit;

import dev.isnet.evaluate.MapSimilarity;
import dev.isnet.explain.Explainer;
import dev.isnet.relevance.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
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
   * @param spearman rank correlation of the maps with those of the trained network, mean over the
   *     images
   * @param spearmanOfMagnitudes the same of the maps' absolute values, which a mere change of signs
   *     leaves alone
   * @param ssim structural similarity, mean over the images
   */
  public record Step(
      String layer, int layers, double spearman, double spearmanOfMagnitudes, double ssim) {}

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
    List<Layer> layers = new ArrayList<>();
    for (int index : copy.topologicalSortOrder()) {
      if (copy.getVertices()[index].hasLayer()
          && copy.getVertices()[index].getLayer().numParams() > 0) {
        layers.add(0, copy.getVertices()[index].getLayer());
      }
    }
    SplittableRandom random = new SplittableRandom(seed);
    List<Step> steps = new ArrayList<>();
    try (Explainer explainer = new Explainer(copy, rules)) {
      double[][] trained = maps(explainer, images, classes);
      int parts = Math.min(comparisons, layers.size());
      int done = 0;
      for (int part = 1; part <= parts; part++) {
        int until = (int) Math.round((double) part * layers.size() / parts);
        for (; done < until; done++) {
          layers.get(done).paramTable().values().forEach(array -> shuffle(array, random));
        }
        String lowest = layers.get(done - 1).conf().getLayer().getLayerName();
        double[][] found = maps(explainer, images, classes);
        steps.add(step(lowest, done, trained, found, (int) images.size(3)));
      }
    }
    return steps;
  }

  private static Step step(
      String layer, int layers, double[][] trained, double[][] found, int width) {
    double spearman = 0;
    double magnitudes = 0;
    double ssim = 0;
    for (int b = 0; b < trained.length; b++) {
      spearman += MapSimilarity.spearman(trained[b], found[b]) / trained.length;
      magnitudes += MapSimilarity.spearman(abs(trained[b]), abs(found[b])) / trained.length;
      ssim += MapSimilarity.ssim(trained[b], found[b], width) / trained.length;
    }
    return new Step(layer, layers, spearman, magnitudes, ssim);
  }

  private static double[] abs(double[] map) {
    return DoubleStream.of(map).map(Math::abs).toArray();
  }

  /** The maps of the images' own classes, channels summed. */
  private static double[][] maps(Explainer explainer, INDArray images, int[] classes) {
    try (INDArray maps = explainer.explainEach(images, classes)) {
      float[] all = maps.data().asFloat();
      int area = (int) (images.size(2) * images.size(3));
      int values = (int) images.size(1) * area;
      double[][] sums = new double[classes.length][area];
      for (int i = 0; i < all.length; i++) {
        sums[i / values][i % values % area] += all[i];
      }
      return sums;
    }
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

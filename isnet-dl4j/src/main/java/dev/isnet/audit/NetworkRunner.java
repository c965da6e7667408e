package dev.isnet.audit;

import dev.isnet.data.InputException;
import dev.isnet.graph.Twin;
import dev.isnet.relevance.RuleSet;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Shows images to a network, always as many at once, so that its twin is compiled for one shape:
 * what a batch lacks is filled up with black images, whose answers are thrown away.
 */
final class NetworkRunner implements AutoCloseable {
  private final AuditedNetwork audited;
  private final int batch;
  private final Attributor attributor;
  private final int outputs;
  private AuditHeatmaps heatmaps;
  private boolean checked;

  NetworkRunner(AuditedNetwork audited, int batch) {
    this.audited = audited;
    this.batch = batch;
    this.heatmaps = audited.network().heatmaps();
    this.attributor = attributor(audited.network().network(), RuleSet.DEFAULT_EPSILON);
    this.outputs = logits(List.of(new float[audited.size().values()]))[0].length;
  }

  /** What runs the network or a copy of it, with rules for pixels of the network's own range. */
  private Attributor attributor(ComputationGraph network, double epsilon) {
    return audited
        .network()
        .attributor(
            network,
            audited.size(),
            RuleSet.epsilon(epsilon).withBox(audited.low(), audited.high()));
  }

  /** Whether one output tells two classes apart. */
  boolean binary() {
    return outputs == 1;
  }

  /** The logits of images in [0, 1]. */
  double[][] logits(List<float[]> images) {
    double[][] all = new double[images.size()][];
    for (int first = 0; first < all.length; first += batch) {
      try (INDArray input = batch(images, first);
          INDArray logits = attributor.logits(input)) {
        double[][] found = logits.toDoubleMatrix();
        int count = Math.min(batch, all.length - first);
        System.arraycopy(found, 0, all, first, count);
      }
    }
    return all;
  }

  /** The probabilities of images in [0, 1]. */
  double[][] probabilities(List<float[]> images) {
    double[][] logits = logits(images);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = probabilities(logits[i]);
    }
    return logits;
  }

  double[] probabilities(double[] logits) {
    for (double logit : logits) {
      if (!Double.isFinite(logit)) {
        throw new InputException(
            "The network's output is not a number; does it take pixels from %s to %s (--scale)?"
                .formatted(audited.low(), audited.high()));
      }
    }
    if (binary()) {
      double one = 1 / (1 + Math.exp(-logits[0]));
      return new double[] {1 - one, one};
    }
    if (audited.network().output() == Twin.Output.SOFTMAX) {
      double max = Arrays.stream(logits).max().orElseThrow();
      double[] powers = Arrays.stream(logits).map(z -> Math.exp(z - max)).toArray();
      double sum = Arrays.stream(powers).sum();
      return Arrays.stream(powers).map(p -> p / sum).toArray();
    }
    return audited.network().output() == Twin.Output.SIGMOID
        ? Arrays.stream(logits).map(z -> 1 / (1 + Math.exp(-z))).toArray()
        : logits.clone();
  }

  /** The logit of a class: what its map explains. */
  double logit(double[] logits, int explained) {
    return binary() ? (explained == 0 ? -logits[0] : logits[0]) : logits[explained];
  }

  /** How heatmaps are made, as far as is known by now: none may turn out to be right. */
  AuditHeatmaps heatmaps() {
    return heatmaps;
  }

  /**
   * The heatmaps of images in [0, 1], each for one class: C·h·w values of relevance; nothing if
   * none of the network's would be right, which the first image tells.
   */
  Optional<float[][]> relevance(List<float[]> images, int[] classes) {
    if (!checked && !images.isEmpty()) {
      checked = true;
      try (INDArray first = input(images.subList(0, 1), 1)) {
        attributor
            .mistake(first, binary() ? 0 : classes[0])
            .ifPresent(mistake -> heatmaps = heatmaps.without(mistake));
      }
    }
    return heatmaps.method() == HeatmapMethod.NONE
        ? Optional.empty()
        : Optional.of(relevance(attributor, images, classes));
  }

  /** The same without ε; nothing if the maps have none. */
  Optional<float[][]> relevanceWithoutEpsilon(List<float[]> images, int[] classes) {
    if (heatmaps.method() != HeatmapMethod.RELEVANCE) {
      return Optional.empty();
    }
    try (Attributor exact = attributor(audited.network().network(), 0)) {
      return Optional.of(relevance(exact, images, classes));
    }
  }

  /** Compares the heatmaps of images with those of randomised copies of the network. */
  List<ParameterRandomisation.Step> randomised(
      List<float[]> images, int[] classes, int comparisons, long seed) {
    ComputationGraph copy = audited.network().network().clone();
    return ParameterRandomisation.cascade(
        copy,
        () -> {
          try (Attributor changed = attributor(copy, RuleSet.DEFAULT_EPSILON)) {
            return relevance(changed, images, classes);
          }
        },
        audited.size(),
        comparisons,
        seed);
  }

  private float[][] relevance(Attributor by, List<float[]> images, int[] classes) {
    float[][] all = new float[images.size()][];
    int values = audited.size().values();
    for (int first = 0; first < all.length; first += batch) {
      int count = Math.min(batch, all.length - first);
      int[] explained = new int[batch];
      for (int i = 0; i < count; i++) {
        explained[i] = binary() ? 0 : classes[first + i];
      }
      try (INDArray input = batch(images, first);
          INDArray maps = by.maps(input, explained)) {
        float[] found = maps.data().asFloat();
        for (int i = 0; i < count; i++) {
          float[] map = Arrays.copyOfRange(found, i * values, (i + 1) * values);
          if (binary() && classes[first + i] == 0 && signed()) {
            for (int j = 0; j < values; j++) {
              map[j] = -map[j];
            }
          }
          all[first + i] = map;
        }
      }
    }
    return all;
  }

  /** Whether maps speak for a class or against it. */
  private boolean signed() {
    return heatmaps.method() != HeatmapMethod.ATTENTION_ROLLOUT;
  }

  /** A full batch of images from one on. */
  private INDArray batch(List<float[]> images, int first) {
    return input(images.subList(first, Math.min(first + batch, images.size())), batch);
  }

  private INDArray input(List<float[]> images, int count) {
    int values = audited.size().values();
    float[] all = new float[count * values];
    Arrays.fill(all, (float) audited.low());
    double span = audited.high() - audited.low();
    for (int i = 0; i < images.size(); i++) {
      float[] image = images.get(i);
      for (int j = 0; j < values; j++) {
        all[i * values + j] = (float) (audited.low() + span * image[j]);
      }
    }
    long[] shape = {
      count, audited.size().channels(), audited.size().height(), audited.size().width()
    };
    return Nd4j.create(all, shape, 'c');
  }

  @Override
  public void close() {
    attributor.close();
  }
}

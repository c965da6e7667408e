package dev.isnet.audit;

import dev.isnet.data.Pixels;
import dev.isnet.data.bias.ReplacedBackground;
import dev.isnet.evaluate.Completeness;
import dev.isnet.evaluate.PixelFlipping;
import dev.isnet.relevance.RuleSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Whether the heatmaps deserve to be believed, on some of the images. */
record Study(AuditedNetwork audited, AuditPlan plan, NetworkRunner runner) {

  /** An image with the map of one of its classes. */
  record Studied(Pixels pixels, float[] relevance, int explained, double logit) {}

  /**
   * Studies images.
   *
   * @param images at least one
   * @param done is told how many are studied
   */
  AuditResult.Trust of(List<Studied> images, IntConsumer done) {
    List<Completeness> complete = completeness(images);
    double deletion = 0;
    double insertion = 0;
    double inside = 0;
    double outside = 0;
    int count = 0;
    for (Studied image : images) {
      boolean[] foreground = image.pixels().mask().orElseThrow();
      boolean[] background = new boolean[foreground.length];
      boolean[] all = new boolean[foreground.length];
      for (int i = 0; i < foreground.length; i++) {
        background[i] = !foreground[i];
        all[i] = true;
      }
      float[] blurred = ReplacedBackground.blurred(image.pixels());
      deletion += curve(image, blurred, all, PixelFlipping::deletion) / images.size();
      insertion += curve(image, blurred, all, PixelFlipping::insertion) / images.size();
      inside += curve(image, blurred, foreground, PixelFlipping::deletion) / images.size();
      outside += curve(image, blurred, background, PixelFlipping::deletion) / images.size();
      done.accept(++count);
    }
    return new AuditResult.Trust(
        images.size(),
        deletion,
        insertion,
        inside,
        outside,
        Completeness.error(complete),
        share(complete.stream().mapToDouble(Completeness::absorbedByBiases).toArray(), complete),
        share(complete.stream().mapToDouble(Completeness::absorbedByEpsilon).toArray(), complete),
        randomised(images.subList(0, Math.min(plan.randomised(), images.size()))));
  }

  @FunctionalInterface
  private interface Way {
    PixelFlipping.Curve of(
        float[] image,
        float[] baseline,
        float[] relevance,
        boolean[] region,
        int steps,
        PixelFlipping.Score score);
  }

  private double curve(Studied image, float[] baseline, boolean[] region, Way way) {
    return way.of(
            image.pixels().image(),
            baseline,
            image.relevance(),
            region,
            plan.steps(),
            changed ->
                Arrays.stream(runner.probabilities(Arrays.asList(changed)))
                    .mapToDouble(row -> row[image.explained()])
                    .toArray())
        .area();
  }

  private List<Completeness> completeness(List<Studied> images) {
    float[][] exact =
        runner.relevanceWithoutEpsilon(
            images.stream().map(image -> image.pixels().image()).toList(), explained(images));
    List<Completeness> found = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      found.add(
          new Completeness(images.get(i).logit(), sum(exact[i]), sum(images.get(i).relevance())));
    }
    return found;
  }

  private static int[] explained(List<Studied> images) {
    return images.stream().mapToInt(Studied::explained).toArray();
  }

  private static double sum(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).sum();
  }

  /** What is absorbed by the logits that it is absorbed from. */
  private static double share(double[] absorbed, List<Completeness> images) {
    double all = images.stream().mapToDouble(image -> Math.abs(image.logit())).sum();
    double signed =
        IntStream.range(0, absorbed.length)
            .mapToDouble(i -> absorbed[i] * Math.signum(images.get(i).logit()))
            .sum();
    return signed / all;
  }

  private List<ParameterRandomisation.Step> randomised(List<Studied> images) {
    int[] classes = explained(images);
    List<float[]> pixels = images.stream().map(image -> image.pixels().image()).toList();
    if (runner.binary()) {
      Arrays.fill(classes, 0);
    }
    try (INDArray input = runner.input(pixels)) {
      return ParameterRandomisation.cascade(
          audited.network(),
          runner.rules(RuleSet.DEFAULT_EPSILON),
          input,
          classes,
          plan.comparisons(),
          plan.seed());
    }
  }
}

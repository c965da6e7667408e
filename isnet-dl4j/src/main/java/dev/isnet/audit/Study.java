package dev.isnet.audit;

import dev.isnet.data.Pixels;
import dev.isnet.data.bias.ReplacedBackground;
import dev.isnet.evaluate.Bootstrap;
import dev.isnet.evaluate.Completeness;
import dev.isnet.evaluate.Estimate;
import dev.isnet.evaluate.PixelFlipping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Whether the heatmaps deserve to be believed, on some of the images. */
record Study(AuditPlan plan, NetworkRunner runner) {

  /**
   * An image with the map of one of its classes.
   *
   * @param pixels with a mask
   * @param relevance C·h·w values
   * @param explained the class
   * @param logit of that class
   * @param patient whom it shows; of its own where that is not known
   */
  record Studied(Pixels pixels, float[] relevance, int explained, double logit, String patient) {}

  /**
   * Studies images.
   *
   * @param images at least one
   * @param done is told how many are studied
   */
  AuditResult.Trust of(List<Studied> images, IntConsumer done) {
    Bootstrap bootstrap = bootstrap(images);
    return new AuditResult.Trust(
        images.size(),
        curves(images, bootstrap, done),
        completenessError(images, bootstrap),
        absorbed(images, bootstrap),
        randomised(images.subList(0, Math.min(plan.randomised(), images.size()))));
  }

  private Bootstrap bootstrap(List<Studied> images) {
    return Bootstrap.byPatient(
        explained(images),
        images.stream().map(Studied::patient).toList(),
        plan.replicates(),
        plan.seed());
  }

  private List<FlippingCurve> curves(List<Studied> images, Bootstrap bootstrap, IntConsumer done) {
    List<FlippingCurve> means = new ArrayList<>();
    List<List<PixelFlipping.Curve>> all = new ArrayList<>();
    for (Studied image : images) {
      all.add(curves(image));
      done.accept(all.size());
    }
    int next = 0;
    for (FlippingCurve.Way way : FlippingCurve.Way.values()) {
      for (FlippingCurve.Region region : FlippingCurve.Region.values()) {
        int at = next++;
        means.add(
            FlippingCurve.mean(
                way, region, all.stream().map(own -> own.get(at)).toList(), bootstrap));
      }
    }
    return means;
  }

  /** The curves of an image, in the order of ways and, within them, regions. */
  private List<PixelFlipping.Curve> curves(Studied image) {
    float[] blurred = ReplacedBackground.blurred(image.pixels());
    boolean[] foreground = image.pixels().mask().orElseThrow();
    List<PixelFlipping.Curve> curves = new ArrayList<>();
    for (FlippingCurve.Way way : FlippingCurve.Way.values()) {
      for (FlippingCurve.Region region : FlippingCurve.Region.values()) {
        curves.add(
            way.of(
                image.pixels().image(),
                blurred,
                image.relevance(),
                region.of(foreground),
                plan.steps(),
                changed ->
                    Arrays.stream(runner.probabilities(Arrays.asList(changed)))
                        .mapToDouble(row -> row[image.explained()])
                        .toArray()));
      }
    }
    return curves;
  }

  private Optional<Estimate> completenessError(List<Studied> images, Bootstrap bootstrap) {
    List<Completeness> complete = completeness(images);
    return runner.heatmaps().method() == HeatmapMethod.ATTENTION_ROLLOUT
            || complete.stream().allMatch(image -> image.logit() == 0)
        ? Optional.empty()
        : Optional.of(
            bootstrap.interval(
                drawn ->
                    Completeness.error(Arrays.stream(drawn).mapToObj(complete::get).toList())));
  }

  private static List<Completeness> completeness(List<Studied> images) {
    return images.stream()
        .map(
            image -> {
              double sum = sum(image.relevance());
              return new Completeness(image.logit(), sum, sum);
            })
        .toList();
  }

  private Optional<AuditResult.Absorbed> absorbed(List<Studied> images, Bootstrap bootstrap) {
    return runner
        .relevanceWithoutEpsilon(pixels(images), explained(images))
        .filter(unused -> images.stream().anyMatch(image -> image.logit() != 0))
        .map(
            exact -> {
              List<Completeness> all =
                  IntStream.range(0, exact.length)
                      .mapToObj(
                          i ->
                              new Completeness(
                                  images.get(i).logit(),
                                  sum(exact[i]),
                                  sum(images.get(i).relevance())))
                      .toList();
              return new AuditResult.Absorbed(
                  bootstrap.interval(drawn -> share(all, drawn, Completeness::absorbedByBiases)),
                  bootstrap.interval(drawn -> share(all, drawn, Completeness::absorbedByEpsilon)));
            });
  }

  /** What is absorbed by the logits that it is absorbed from. */
  private static double share(
      List<Completeness> images, int[] drawn, ToDoubleFunction<Completeness> absorbed) {
    double all = 0;
    double signed = 0;
    for (int i : drawn) {
      all += Math.abs(images.get(i).logit());
      signed += absorbed.applyAsDouble(images.get(i)) * Math.signum(images.get(i).logit());
    }
    return signed / all;
  }

  private static int[] explained(List<Studied> images) {
    return images.stream().mapToInt(Studied::explained).toArray();
  }

  private static List<float[]> pixels(List<Studied> images) {
    return images.stream().map(image -> image.pixels().image()).toList();
  }

  private static double sum(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).sum();
  }

  private List<AuditResult.Randomised> randomised(List<Studied> images) {
    Bootstrap bootstrap = bootstrap(images);
    return runner
        .randomised(pixels(images), explained(images), plan.comparisons(), plan.seed())
        .stream()
        .map(
            step ->
                new AuditResult.Randomised(
                    step.layer(),
                    step.layers(),
                    mean(step, bootstrap, ParameterRandomisation.Likeness::spearman),
                    mean(step, bootstrap, ParameterRandomisation.Likeness::spearmanOfMagnitudes),
                    mean(step, bootstrap, ParameterRandomisation.Likeness::ssim)))
        .toList();
  }

  private static Estimate mean(
      ParameterRandomisation.Step step,
      Bootstrap bootstrap,
      ToDoubleFunction<ParameterRandomisation.Likeness> measure) {
    return bootstrap.interval(
        drawn ->
            Arrays.stream(drawn)
                .mapToDouble(i -> measure.applyAsDouble(step.images().get(i)))
                .average()
                .orElseThrow());
  }
}

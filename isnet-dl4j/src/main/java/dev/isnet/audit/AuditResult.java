package dev.isnet.audit;

import dev.isnet.data.Pixels;
import dev.isnet.evaluate.AttributionSummary;
import dev.isnet.evaluate.DecisionFlips;
import dev.isnet.evaluate.Estimate;
import dev.isnet.evaluate.GroupResults;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What an audit found.
 *
 * @param heatmaps how heatmaps were made
 * @param images one for each image, in the manifest's order
 * @param accuracy the share of images whose classes are all right
 * @param macroF1 mean F1 over the classes that have images
 * @param kappa Cohen's kappa of truth and decision (Educational and Psychological Measurement 20,
 *     1960), how far they agree beyond chance: 1 everywhere, 0 for a classifier that knows nothing,
 *     whatever the classes' shares; with several labels the mean over those that some images have
 *     and some have not; nothing if all images are of one class, which cannot show any skill
 * @param labels with several labels each by itself; else none
 * @param groups the same by source; nothing where no source is known
 * @param background what masks make it possible to say; nothing if no image has a mask that counts
 */
public record AuditResult(
    AuditHeatmaps heatmaps,
    List<ImageAudit> images,
    Estimate accuracy,
    OptionalDouble macroF1,
    Optional<Estimate> kappa,
    List<LabelResult> labels,
    Optional<GroupResults> groups,
    Optional<Background> background) {

  /** Copies the lists. */
  public AuditResult {
    images = List.copyOf(images);
    labels = List.copyOf(labels);
  }

  /** Images whose mask counts. */
  public int counted() {
    return (int) images.stream().filter(image -> image.background().isPresent()).count();
  }

  /**
   * What masks make it possible to say.
   *
   * @param area the background's mean share of the image
   * @param attention where the heatmaps of the decisions lie; nothing where there are none
   * @param flips how often each change makes the classifier decide otherwise; {@link
   *     Replacement#ANOTHER} is missing if there is only one image
   * @param followed of the decisions that another image's background flips, the share that becomes
   *     that image's class; nothing if none flips
   * @param trust whether the heatmaps deserve to be believed; nothing where there are none
   * @param worst the worst images, the worst first
   */
  public record Background(
      double area,
      Optional<AttributionSummary> attention,
      Map<Replacement, DecisionFlips> flips,
      Optional<Estimate> followed,
      Optional<Trust> trust,
      List<WorstImage> worst) {

    /** Copies the list. */
    public Background {
      worst = List.copyOf(worst);
    }
  }

  /**
   * Whether heatmaps deserve to be believed, on some of the images. Intervals are those of a
   * bootstrap within classes and by patient.
   *
   * @param images number of images
   * @param curves deletion and insertion, each in the whole image, inside and outside the mask
   * @param completenessError Σ|logit − ΣR| / Σ|logit|; missing if all logits are 0, and for
   *     attention, which is no part of a logit
   * @param absorbed what of the logit does not arrive at the pixels; missing for maps without ε
   * @param randomisation how alike heatmaps stay when layers are randomised
   */
  public record Trust(
      int images,
      List<FlippingCurve> curves,
      Optional<Estimate> completenessError,
      Optional<Absorbed> absorbed,
      List<Randomised> randomisation) {

    /** Copies the lists. */
    public Trust {
      curves = List.copyOf(curves);
      randomisation = List.copyOf(randomisation);
    }
  }

  /**
   * What of the logit does not arrive at the pixels.
   *
   * @param byBiases mean share of the logit that biases absorb
   * @param byEpsilon mean share of the logit that ε absorbs
   */
  public record Absorbed(Estimate byBiases, Estimate byEpsilon) {}

  /**
   * How alike heatmaps are to those of the trained network; see {@link ParameterRandomisation}.
   *
   * @param layer the lowest randomised layer
   * @param layers how many layers are randomised
   * @param spearman rank correlation
   * @param spearmanOfMagnitudes the same of absolute values
   * @param ssim structural similarity
   */
  public record Randomised(
      String layer, int layers, Estimate spearman, Estimate spearmanOfMagnitudes, Estimate ssim) {}

  /**
   * An image to be shown.
   *
   * @param audit what was found about it
   * @param pixels the image with its mask
   * @param relevance C·h·w values, of the explained class; nothing where there are no heatmaps
   * @param logit the explained class's logit
   */
  public record WorstImage(
      ImageAudit audit, Pixels pixels, Optional<float[]> relevance, double logit) {}
}

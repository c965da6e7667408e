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
 * @param images one for each image, in the manifest's order
 * @param accuracy the share of images whose classes are all right
 * @param macroF1 mean F1 over the classes that have images; nothing with several labels
 * @param kappa Cohen's kappa of truth and decision (Educational and Psychological Measurement 20,
 *     1960), how far they agree beyond chance: 1 everywhere, 0 for a classifier that knows nothing,
 *     whatever the classes' shares; with several labels each combination of them counts as a class;
 *     nothing if there is one class and nothing else is decided
 * @param groups the same by source; nothing where no source is known
 * @param background what masks make it possible to say; nothing if no image has a mask that counts
 */
public record AuditResult(
    List<ImageAudit> images,
    Estimate accuracy,
    OptionalDouble macroF1,
    Optional<Estimate> kappa,
    Optional<GroupResults> groups,
    Optional<Background> background) {

  /** Copies the list. */
  public AuditResult {
    images = List.copyOf(images);
  }

  /** Images whose mask counts. */
  public int counted() {
    return (int) images.stream().filter(image -> image.background().isPresent()).count();
  }

  /**
   * What masks make it possible to say.
   *
   * @param area the background's mean share of the image
   * @param attention where the heatmaps of the decisions lie
   * @param flips how often each change makes the classifier decide otherwise; {@link
   *     Replacement#ANOTHER} is missing if there is only one image
   * @param followed of the decisions that another image's background flips, the share that becomes
   *     that image's class; nothing if none flips
   * @param trust whether the heatmaps deserve to be believed
   * @param worst the worst images, the worst first
   */
  public record Background(
      double area,
      AttributionSummary attention,
      Map<Replacement, DecisionFlips> flips,
      Optional<Estimate> followed,
      Trust trust,
      List<WorstImage> worst) {

    /** Copies the list. */
    public Background {
      worst = List.copyOf(worst);
    }
  }

  /**
   * Whether heatmaps deserve to be believed, on some of the images.
   *
   * @param images number of images
   * @param deletion mean area under the deletion curve of the whole image: its score is the
   *     probability of what was decided for, its baseline the blurred image
   * @param insertion the same of insertion
   * @param deletionInside of deletion among the foreground's pixels alone
   * @param deletionOutside of deletion among the background's pixels alone
   * @param completenessError Σ|logit − ΣR| / Σ|logit|
   * @param absorbedByBiases mean share of the logit that biases absorb
   * @param absorbedByEpsilon mean share of the logit that ε absorbs
   * @param randomisation how alike heatmaps stay when layers are randomised
   */
  public record Trust(
      int images,
      double deletion,
      double insertion,
      double deletionInside,
      double deletionOutside,
      double completenessError,
      double absorbedByBiases,
      double absorbedByEpsilon,
      List<ParameterRandomisation.Step> randomisation) {

    /** Copies the list. */
    public Trust {
      randomisation = List.copyOf(randomisation);
    }
  }

  /**
   * An image to be shown.
   *
   * @param audit what was found about it
   * @param pixels the image with its mask
   * @param relevance C·h·w values, of the explained class
   * @param logit the explained class's logit
   */
  public record WorstImage(ImageAudit audit, Pixels pixels, float[] relevance, double logit) {}
}

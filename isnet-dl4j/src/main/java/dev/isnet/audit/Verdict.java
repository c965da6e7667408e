package dev.isnet.audit;

import dev.isnet.evaluate.AttributionScores.Measure;
import dev.isnet.evaluate.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An audit in plain words: what the classifier decides by, with the numbers that say so, and what
 * to do about it.
 *
 * @param kind the outcome
 * @param numbers the numbers in one sentence
 * @param advice what to do, sentence by sentence, the most important first
 */
public record Verdict(Kind kind, String numbers, List<String> advice) {

  /**
   * Masked images below which nothing is said. With fewer the interval of a flip rate is wider than
   * 30 points wherever it lies between 20 % and 80 %.
   */
  public static final int FEWEST_IMAGES = 30;

  /**
   * The share of decisions that another background may flip. No classifier is sure of every image,
   * and the hard border between object and new background is a change of its own: one decision in
   * ten is what sound classifiers were seen to lose. More, with 95 % certainty, is a decision by
   * the background.
   */
  public static final double TOLERATED_FLIPS = 0.10;

  /**
   * One decision in four. A flip rate above it, with 95 % certainty, means that the background
   * decides, and not only where the object leaves doubts; and before the object is said to decide a
   * rate as high must be ruled out with the same certainty.
   */
  public static final double MANY_FLIPS = 0.25;

  /**
   * How much of the relevance may lie in the background, by how much of it would if it were spread
   * evenly over the image. Relevance never stops at the mask's border, since convolutions see some
   * pixels beyond it, and a mask leaves out some of what belongs to the object; at half of an even
   * spread a pixel of the background counts clearly less than one of the object.
   */
  public static final double TOLERATED_SHARE = 0.5;

  /**
   * The rank correlation of heatmaps' magnitudes, between the trained network and one with all
   * parameters shuffled, above which the maps say little about what was learnt. Two unrelated maps
   * of one image correlate somewhat, since both follow its edges.
   */
  public static final double TOLERATED_CORRELATION = 0.8;

  /** What the classifier decides by. */
  public enum Kind {
    /** By the object, which is also what it looks at, as far as heatmaps tell. */
    OBJECT("The classifier decides by the object."),
    /** By the object, though relevance lies in the background. */
    LOOKS_AT_BACKGROUND(
        "The classifier looks at the background, but decides by the object: another background"
            + " seldom changes what it says."),
    /** In part by the background. */
    PARTLY_BACKGROUND(
        "The background takes part in the decisions: another one changes some of them."),
    /** By the background. */
    BACKGROUND("The classifier decides by the background: another one changes what it says."),
    /** The images that there are leave it open. */
    UNCLEAR("These images leave open whether the classifier decides by the background."),
    /** It knows nothing about these images, so that it cannot lose it either. */
    NO_SKILL(
        "The classifier does not tell these images apart, so they cannot show what it decides by."),
    /** There are too few images with masks. */
    TOO_FEW("Too few images have masks to say what the classifier decides by.");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** The outcome in a sentence. */
    public String words() {
      return words;
    }
  }

  /** Copies the list. */
  public Verdict {
    advice = List.copyOf(advice);
  }

  /**
   * Judges.
   *
   * @param result of an audit
   * @return the verdict
   */
  public static Verdict of(AuditResult result) {
    Kind kind = kind(result);
    return new Verdict(kind, numbers(result), advice(kind, result));
  }

  private static Optional<Estimate> share(AuditResult result) {
    return result
        .background()
        .flatMap(AuditResult.Background::attention)
        .map(attention -> attention.overall().get(Measure.BACKGROUND_SHARE));
  }

  private static Optional<Estimate> flips(AuditResult result, Replacement replacement) {
    return result
        .background()
        .map(background -> background.flips().get(replacement))
        .map(flips -> flips.rate());
  }

  private static Kind kind(AuditResult result) {
    Optional<Estimate> flips = flips(result, Replacement.ANOTHER);
    if (result.counted() < FEWEST_IMAGES || flips.isEmpty()) {
      return Kind.TOO_FEW;
    }
    if (flips.get().low() > TOLERATED_FLIPS) {
      return flips.get().low() > MANY_FLIPS ? Kind.BACKGROUND : Kind.PARTLY_BACKGROUND;
    }
    if (!skilled(result)) {
      return Kind.NO_SKILL;
    }
    if (result.kappa().isEmpty()) {
      return Kind.UNCLEAR; // of one class: who always says it says it before every background
    }
    if (flips.get().high() >= MANY_FLIPS) {
      return Kind.UNCLEAR;
    }
    double even = result.background().orElseThrow().area();
    return share(result).filter(share -> share.low() > TOLERATED_SHARE * even).isPresent()
        ? Kind.LOOKS_AT_BACKGROUND
        : Kind.OBJECT;
  }

  private static String numbers(AuditResult result) {
    if (result.background().isEmpty()) {
      return "None of the %d images has a mask that counts.".formatted(result.images().size());
    }
    String attention =
        share(result)
            .map(
                share ->
                    "%s of the %s lies outside the masks, as do %s of the pixels"
                        .formatted(
                            percent(share),
                            result.heatmaps().method().quantity(),
                            percent(result.background().get().area())))
            .orElse(
                result.heatmaps().method() == HeatmapMethod.NONE
                    ? "There are no heatmaps"
                    : "The heatmaps are zero everywhere");
    return flips(result, Replacement.ANOTHER)
        .map(
            flips ->
                "%s; another image's background flips %s of the decisions (%d images with masks, 95 %% intervals)."
                    .formatted(attention, percent(flips), result.counted()))
        .orElse(attention + " (1 image with a mask).");
  }

  private static List<String> advice(Kind kind, AuditResult result) {
    List<String> advice = new ArrayList<>();
    if (!skilled(result)) {
      advice.add(
          "It is right on %s of the images, which is no more than chance (kappa %s): check first whether it sees them as in its training (--scale, --size, the order of --classes)."
              .formatted(
                  percent(result.accuracy()),
                  result
                      .kappa()
                      .map(
                          k ->
                              String.format(
                                  Locale.ROOT, "%.2f [%.2f, %.2f]", k.value(), k.low(), k.high()))
                      .orElse("0")));
    }
    switch (kind) {
      case OBJECT ->
          advice.add(
              "Nothing has to be done about the background. What was tested is this data: audit again on"
                  + " images from where the classifier is to be used.");
      case LOOKS_AT_BACKGROUND -> {
        advice.add(
            "Look at the worst images: what lies under the colours outside the outline? If it can"
                + " change from one place to another (a marker, a table, a border), test with images"
                + " in which it does.");
        advice.add(
            "If it does matter, train with background relevance minimisation (system: isnet), which"
                + " takes masks for the training images only.");
      }
      case PARTLY_BACKGROUND, BACKGROUND -> {
        advice.add(
            "Do not use it where backgrounds differ from those of its training: its accuracy there"
                + " is unknown.");
        advice.add(
            "Look at the worst images for what it follows, and remove it from the images if it can be"
                + " removed.");
        advice.add(
            "Train again with background relevance minimisation (system: isnet), which takes masks"
                + " for the training images only, and audit the result on the same images.");
      }
      case UNCLEAR ->
          advice.add(
              result.kappa().isEmpty()
                  ? "Add images of other classes: all of these are of one, and a classifier that always says it would do as well."
                  : "Give more images masks: with four times as many the intervals are half as wide. Other data"
                      + " sets with masks will do, if their classes are the same.");
      case TOO_FEW ->
          advice.add(
              "Give at least %d images masks (isnet data masks makes them from some that there are), and audit again."
                  .formatted(FEWEST_IMAGES));
    }
    unnatural(kind, result).ifPresent(advice::add);
    group(result).ifPresent(advice::add);
    insane(result).ifPresent(advice::add);
    return advice;
  }

  /** Whether truth and decision agree beyond chance; images of one class cannot show that. */
  private static boolean skilled(AuditResult result) {
    return result.kappa().map(kappa -> kappa.low() > 0).orElse(true);
  }

  /** Whether backgrounds that no camera takes change what natural ones do not. */
  private static Optional<String> unnatural(Kind kind, AuditResult result) {
    String changing =
        Stream.of(Replacement.NOISE, Replacement.BLUR, Replacement.MEAN_COLOUR)
            .flatMap(
                replacement ->
                    flips(result, replacement)
                        .filter(rate -> rate.low() > TOLERATED_FLIPS)
                        .map(rate -> "%s flips %s".formatted(replacement.words(), percent(rate)))
                        .stream())
            .collect(Collectors.joining(", "));
    return changing.isEmpty() || kind != Kind.OBJECT && kind != Kind.LOOKS_AT_BACKGROUND
        ? Optional.empty()
        : Optional.of(
            "Backgrounds unlike any of its training do change decisions (%s): they are for tests, but images with such backgrounds are none for this classifier."
                .formatted(changing));
  }

  /** Whether a source is worse than all together. */
  private static Optional<String> group(AuditResult result) {
    return result
        .groups()
        .filter(groups -> groups.groups().size() > 1)
        .map(groups -> groups.worst())
        .filter(worst -> worst.accuracy().high() < result.accuracy().value())
        .map(
            worst ->
                "Look at the source '%s': %s of its images are classified rightly, of all images %s."
                    .formatted(
                        worst.name(), percent(worst.accuracy()), percent(result.accuracy())));
  }

  /** Whether heatmaps hardly depend on what was learnt. */
  private static Optional<String> insane(AuditResult result) {
    return result
        .background()
        .flatMap(AuditResult.Background::trust)
        .map(AuditResult.Trust::randomisation)
        .filter(steps -> !steps.isEmpty())
        .map(steps -> steps.get(steps.size() - 1).spearmanOfMagnitudes().value())
        .filter(correlation -> correlation > TOLERATED_CORRELATION)
        .map(
            correlation ->
                String.format(
                    Locale.ROOT,
                    "Do not rely on the heatmaps: with all parameters shuffled they are nearly the same (rank correlation %.2f). The decisions before other backgrounds do not depend on them.",
                    correlation));
  }

  /** As in "22 % [18, 27]". */
  public static String percent(Estimate estimate) {
    return String.format(
        Locale.ROOT,
        "%.0f %% [%.0f, %.0f]",
        100 * estimate.value(),
        100 * estimate.low(),
        100 * estimate.high());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }
}

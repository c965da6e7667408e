package dev.isnet.audit;

import dev.isnet.evaluate.AttributionScores;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was found about one image.
 *
 * @param file its name in the labels file
 * @param truth its classes, indices in rising order
 * @param unknown with several labels, those of which nobody knows whether it has them: they count
 *     nowhere
 * @param source where it comes from, if that is known
 * @param patient whom it shows, if that is known
 * @param decision what the classifier says
 * @param background what was found with the help of its mask; nothing if it has none, or one that
 *     leaves no background
 */
public record ImageAudit(
    String file,
    List<Integer> truth,
    List<Integer> unknown,
    Optional<String> source,
    Optional<String> patient,
    Decision decision,
    Optional<Background> background) {

  /** Copies the lists. */
  public ImageAudit {
    truth = List.copyOf(truth);
    unknown = List.copyOf(unknown);
  }

  /** Whether, of the classes that are known, exactly the true ones were decided for. */
  public boolean right() {
    return decision.classes().stream().filter(k -> !unknown.contains(k)).toList().equals(truth);
  }

  /**
   * What the mask makes it possible to say.
   *
   * @param area the background's share of the image, above 0
   * @param scores where the heatmap of the decision lies; nothing where there are no heatmaps
   * @param after what is decided after each change
   */
  public record Background(
      double area, Optional<AttributionScores> scores, Map<Replacement, After> after) {

    /** Copies the map. */
    public Background {
      EnumMap<Replacement, After> copy = new EnumMap<>(Replacement.class);
      copy.putAll(after);
      after = Collections.unmodifiableMap(copy);
    }
  }

  /**
   * What is decided after a change.
   *
   * @param decision the new decision
   * @param probability that the class explained before has now
   * @param donor the class of the image that the background came from, if it came from one
   */
  public record After(Decision decision, double probability, Optional<Integer> donor) {}

  /** Whether a change makes the classifier decide otherwise. */
  public boolean flips(Replacement replacement) {
    return after(replacement)
        .filter(after -> !after.decision().classes().equals(decision.classes()))
        .isPresent();
  }

  /** Whether a change turns the answer about one class. */
  boolean flips(Replacement replacement, int k) {
    return after(replacement)
        .filter(after -> after.decision().classes().contains(k) != decision.classes().contains(k))
        .isPresent();
  }

  /** What is decided after a change, if it was made. */
  public Optional<After> after(Replacement replacement) {
    return background.map(found -> found.after().get(replacement));
  }

  /**
   * How bad an image with a mask is: the share of the relevance in its background, and what another
   * background takes from the probability of what was decided for. From about 0 to 2.
   */
  double badness() {
    double share =
        background.orElseThrow().scores().map(AttributionScores::backgroundShare).orElse(0.0);
    double fall =
        after(Replacement.ANOTHER).map(a -> decision.probability() - a.probability()).orElse(0.0);
    return (Double.isNaN(share) ? 0 : share) + Math.max(0, fall);
  }
}

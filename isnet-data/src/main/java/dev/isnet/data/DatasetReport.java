package dev.isnet.data;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@link DatasetCheck} finds in a data set.
 *
 * @param problems what must be repaired, one sentence each, with file and line
 * @param warnings what should be looked at, one sentence each, with file and line where there is
 *     one
 * @param counts for each class the number of images in each split
 * @param masks the number of images that have a mask
 * @param foreground for each class the mean share of the image that is foreground, 0 to 1; only
 *     classes that have masks
 * @param probe how well the classes can be told by background and foreground, when there are enough
 *     images with masks
 */
public record DatasetReport(
    List<String> problems,
    List<String> warnings,
    Map<String, Map<Split, Integer>> counts,
    int masks,
    Map<String, Double> foreground,
    Optional<Probe> probe) {

  /** Copies the lists. */
  public DatasetReport {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }

  /**
   * Balanced accuracies of linear models on thumbnails, fitted to training images: what can be told
   * without learning anything about form. Where the background alone does as well as the
   * foreground, a network may well look at it.
   *
   * @param chance what guessing achieves
   * @param images the training images it was fitted to
   * @param rows the results, all other images first, then those of each source
   */
  public record Probe(double chance, int images, List<Row> rows) {}

  /**
   * The results on some images.
   *
   * @param where which: a split, or a split and a source
   * @param images how many
   * @param background with the foreground blacked out
   * @param foreground with the background blacked out
   */
  public record Row(String where, int images, double background, double foreground) {}
}

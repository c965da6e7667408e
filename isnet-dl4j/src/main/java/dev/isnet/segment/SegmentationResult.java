package dev.isnet.segment;

import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ForegroundModel;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskMaker;
import dev.isnet.data.Sample;
import dev.isnet.data.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * How well the masks that a segmenter makes agree with true ones, in the images' own size.
 *
 * @param images number of images with a mask
 * @param dice mean Dice coefficient over the images
 * @param medianDice its median
 * @param leastDice the smallest Dice coefficient
 * @param iou mean intersection over union
 * @param medianIou its median
 * @param perImage each image by itself, in the data's order
 */
public record SegmentationResult(
    int images,
    double dice,
    double medianDice,
    double leastDice,
    double iou,
    double medianIou,
    List<OneImage> perImage) {

  /**
   * How well one image's mask agrees.
   *
   * @param file the image's name, relative to the data's folder
   * @param dice Dice coefficient
   * @param iou intersection over union
   */
  public record OneImage(String file, double dice, double iou) {}

  /** Copies the list. */
  public SegmentationResult {
    perImage = List.copyOf(perImage);
  }

  /**
   * Sums up single images.
   *
   * @param perImage at least one
   * @return means and medians
   */
  static SegmentationResult of(List<OneImage> perImage) {
    double[] dice = perImage.stream().mapToDouble(OneImage::dice).sorted().toArray();
    double[] iou = perImage.stream().mapToDouble(OneImage::iou).sorted().toArray();
    return new SegmentationResult(
        perImage.size(), mean(dice), median(dice), dice[0], mean(iou), median(iou), perImage);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The images whose masks agree least, the worst first. */
  public List<OneImage> worst(int count) {
    return perImage.stream()
        .sorted(Comparator.comparingDouble(OneImage::dice))
        .limit(count)
        .toList();
  }

  /**
   * Makes masks for the images of a split that have one, and compares.
   *
   * @param model the segmenter
   * @param data the data set
   * @param split its part
   * @param threshold the probability above which a pixel is foreground, 0 to below 1
   * @param progress is told how many images are done
   * @return the single values with their means and medians
   * @throws InputException if no image of the split has a mask, or a file cannot be read
   */
  public static SegmentationResult of(
      ForegroundModel model,
      DatasetManifest data,
      Split split,
      double threshold,
      IntConsumer progress) {
    MaskMaker maker = new MaskMaker(data, model, threshold);
    List<Sample> samples =
        data.split(split).stream().filter(sample -> !sample.masks().isEmpty()).toList();
    if (samples.isEmpty()) {
      throw new InputException(
          "%s has no image with a mask in the split '%s'; without true masks a segmenter cannot be evaluated."
              .formatted(data.labelsFile(), split));
    }
    List<OneImage> each = new ArrayList<>();
    for (Sample sample : samples) {
      MaskMaker.Compared both = maker.compare(sample);
      Overlap overlap = Overlap.of(both.found().foreground(), both.truth());
      each.add(new OneImage(data.nameOf(sample), overlap.dice(), overlap.iou()));
      progress.accept(each.size());
    }
    return of(each);
  }
}

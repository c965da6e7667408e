package dev.isnet.segment;

import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ForegroundModel;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskMaker;
import dev.isnet.data.Sample;
import dev.isnet.data.Split;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * How well the masks that a segmenter makes agree with true ones, in the images' own size.
 *
 * @param images number of images with a mask
 * @param dice mean Dice coefficient over the images
 * @param iou mean intersection over union
 * @param leastDice the smallest Dice coefficient
 */
public record SegmentationResult(int images, double dice, double iou, double leastDice) {

  /**
   * Makes masks for the images of a split that have one, and compares.
   *
   * @param model the segmenter
   * @param data the data set
   * @param split its part
   * @param threshold the probability above which a pixel is foreground, 0 to below 1
   * @param progress is told how many images are done
   * @return the means
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
    double dice = 0;
    double iou = 0;
    double least = 1;
    int done = 0;
    for (Sample sample : samples) {
      MaskMaker.Compared both = maker.compare(sample);
      Overlap overlap = Overlap.of(both.found().foreground(), both.truth());
      dice += overlap.dice();
      iou += overlap.iou();
      least = Math.min(least, overlap.dice());
      progress.accept(++done);
    }
    return new SegmentationResult(done, dice / done, iou / done, least);
  }
}

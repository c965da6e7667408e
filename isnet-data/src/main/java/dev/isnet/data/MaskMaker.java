package dev.isnet.data;

import java.util.List;

/**
 * Makes masks in their images' own size from what a model says in the size that it works in: its
 * probabilities are interpolated linearly, and foreground is what exceeds a threshold.
 */
public final class MaskMaker {

  /** The threshold unless another one is given. */
  public static final double DEFAULT_THRESHOLD = 0.5;

  private final SampleReader reader;
  private final ForegroundModel model;
  private final double threshold;

  /**
   * Prepares the masks of a data set.
   *
   * @param manifest the data set
   * @param model says where the foreground is
   * @param threshold the probability above which a pixel is foreground, 0 to below 1
   * @throws InputException if the threshold is out of range
   */
  public MaskMaker(DatasetManifest manifest, ForegroundModel model, double threshold) {
    if (!(threshold >= 0 && threshold < 1)) {
      throw new InputException(
          "The threshold is %s, but must be at least 0 and below 1.".formatted(threshold));
    }
    this.reader = new SampleReader(manifest, model.imageSize());
    this.model = model;
    this.threshold = threshold;
  }

  /**
   * A mask in its image's own size.
   *
   * @param size the image's rows and columns; one channel
   * @param foreground true for foreground, row after row
   */
  public record Made(ImageSize size, boolean[] foreground) {
    /**
     * How much of the image is foreground.
     *
     * @return from 0 to 1
     */
    public double share() {
      int count = 0;
      for (boolean pixel : foreground) {
        count += pixel ? 1 : 0;
      }
      return (double) count / foreground.length;
    }
  }

  /**
   * A mask that was made beside the one that the data set has.
   *
   * @param found what was made
   * @param truth what the data set has, in the same size
   */
  public record Compared(Made found, boolean[] truth) {}

  /**
   * Makes a mask.
   *
   * @param sample an image, with or without a mask
   * @return its mask, which may be empty
   * @throws InputException if the image cannot be read
   */
  public Made make(Sample sample) {
    return made(sample, reader.decodeImage(sample));
  }

  /**
   * Makes a mask for an image that has one.
   *
   * @param sample an image with a mask
   * @return both masks
   * @throws InputException if one of them cannot be read
   * @throws java.util.NoSuchElementException if it has none
   */
  public Compared compare(Sample sample) {
    DecodedImage image = reader.decodeImage(sample);
    Made found = made(sample, image);
    return new Compared(found, reader.mask(sample, image, found.size()).orElseThrow());
  }

  /**
   * An image as it is, with the mask that the data set has.
   *
   * @param sample an image, with or without a mask
   * @return both in the image's own size, grey or RGB
   * @throws InputException if one of them cannot be read
   */
  public Pixels whole(Sample sample) {
    return reader.whole(sample).pixels();
  }

  private Made made(Sample sample, DecodedImage image) {
    float[] probabilities = model.foreground(reader.image(sample, image));
    ImageSize own = new ImageSize(image.height(), image.width(), 1);
    return new Made(own, above(probabilities, model.imageSize(), own, threshold));
  }

  static boolean[] above(float[] values, ImageSize from, ImageSize to, double threshold) {
    List<Position[]> at =
        List.of(Position.all(from.height(), to.height()), Position.all(from.width(), to.width()));
    boolean[] above = new boolean[to.area()];
    int out = 0;
    for (Position y : at.get(0)) {
      int upper = y.before * from.width();
      int lower = y.after * from.width();
      for (Position x : at.get(1)) {
        double top = x.between(values[upper + x.before], values[upper + x.after]);
        double bottom = x.between(values[lower + x.before], values[lower + x.after]);
        above[out++] = y.between(top, bottom) > threshold;
      }
    }
    return above;
  }

  /** Where the centre of a target pixel lies between the centres of two source pixels. */
  private record Position(int before, int after, double share) {
    static Position[] all(int from, int to) {
      Position[] all = new Position[to];
      for (int i = 0; i < to; i++) {
        double at = Math.max(0, Math.min(from - 1, (i + 0.5) * from / to - 0.5));
        int before = (int) at;
        all[i] = new Position(before, Math.min(from - 1, before + 1), at - before);
      }
      return all;
    }

    double between(double first, double second) {
      return first + share * (second - first);
    }
  }
}

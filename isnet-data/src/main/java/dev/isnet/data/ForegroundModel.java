package dev.isnet.data;

/** Says of the pixels of images how likely they are foreground, as a trained segmenter does. */
public interface ForegroundModel {

  /**
   * What it takes.
   *
   * @return the size that images are brought to for it
   */
  ImageSize imageSize();

  /**
   * Looks at an image.
   *
   * @param image values in [0, 1] of that size, channel after channel, row after row
   * @return a probability for each pixel, row after row
   */
  float[] foreground(float[] image);
}

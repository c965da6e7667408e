package dev.isnet.relevance;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Grad-CAM in plain loops, from activations and gradients by Deeplearning4j. */
public final class NaiveGradCam {

  private NaiveGradCam() {}

  /**
   * Grad-CAM of one image at the size of its layer.
   *
   * @param activations [B, C, h, w]
   * @param gradients of the same shape
   * @return [h][w]
   */
  public static double[][] map(INDArray activations, INDArray gradients, int image) {
    int h = (int) activations.size(2);
    int w = (int) activations.size(3);
    double[][] map = new double[h][w];
    for (int c = 0; c < activations.size(1); c++) {
      double weight = 0;
      for (int i = 0; i < h; i++) {
        for (int j = 0; j < w; j++) {
          weight += gradients.getDouble(image, c, i, j) / (h * w);
        }
      }
      for (int i = 0; i < h; i++) {
        for (int j = 0; j < w; j++) {
          map[i][j] += weight * activations.getDouble(image, c, i, j);
        }
      }
    }
    for (double[] row : map) {
      for (int j = 0; j < w; j++) {
        row[j] = Math.max(0, row[j]);
      }
    }
    return map;
  }

  /** Bilinear interpolation between the centres of cells, constant beyond the outermost. */
  public static double[][] resized(double[][] map, int height, int width) {
    double[][] large = new double[height][width];
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j++) {
        double sum = 0;
        for (int r = 0; r < map.length; r++) {
          for (int c = 0; c < map[0].length; c++) {
            sum += hat(i, height, r, map.length) * hat(j, width, c, map[0].length) * map[r][c];
          }
        }
        large[i][j] = sum;
      }
    }
    return large;
  }

  /** How much of cell r of a short side there is at cell i of a long one. */
  private static double hat(int i, int length, int r, int shortLength) {
    double place = (i + 0.5) / length * shortLength;
    double clamped = Math.min(shortLength - 0.5, Math.max(0.5, place));
    return Math.max(0, 1 - Math.abs(clamped - (r + 0.5)));
  }
}

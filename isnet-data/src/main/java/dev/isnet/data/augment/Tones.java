package dev.isnet.data.augment;

import dev.isnet.data.ImageSize;
import java.util.SplittableRandom;

/** Changes of values that leave every pixel where it is. All keep [0, 1]. */
final class Tones {
  /** Steps of the curve of a gamma: a power for every pixel would take longer than all the rest. */
  private static final int STEPS = 1024;

  private Tones() {}

  static void linear(float[] image, double gain, double added) {
    for (int i = 0; i < image.length; i++) {
      double value = (image[i] - 0.5) * gain + 0.5 + added;
      image[i] = (float) Math.max(0, Math.min(1, value));
    }
  }

  static void gamma(float[] image, double exponent) {
    float[] curve = new float[STEPS + 2];
    for (int i = 0; i < curve.length; i++) {
      curve[i] = (float) Math.pow(Math.min(1, (double) i / STEPS), exponent);
    }
    for (int i = 0; i < image.length; i++) {
      float at = image[i] * STEPS;
      int below = (int) at;
      image[i] = curve[below] + (at - below) * (curve[below + 1] - curve[below]);
    }
  }

  static void noise(float[] image, double deviation, SplittableRandom random) {
    float scale = (float) (deviation * Math.sqrt(3));
    for (int i = 0; i < image.length; i++) {
      // Nearly normal: four uniform numbers from one draw, the same on every Java version.
      long bits = random.nextLong();
      long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
      float value = image[i] + scale * (sum / 65536f - 2);
      image[i] = Math.max(0, Math.min(1, value));
    }
  }

  /** A Gaussian, rows first, then columns; the border's values go on outside. */
  static void blur(float[] image, ImageSize size, double deviation) {
    int reach = (int) Math.ceil(3 * deviation);
    float[] kernel = new float[2 * reach + 1];
    double sum = 0;
    for (int i = -reach; i <= reach; i++) {
      sum += Math.exp(-i * i / (2 * deviation * deviation));
    }
    for (int i = -reach; i <= reach; i++) {
      kernel[i + reach] = (float) (Math.exp(-i * i / (2 * deviation * deviation)) / sum);
    }
    int h = size.height();
    int w = size.width();
    float[] line = new float[Math.max(h, w) + 2 * reach];
    for (int c = 0; c < size.channels(); c++) {
      int plane = c * size.area();
      for (int y = 0; y < h; y++) {
        blurLine(image, plane + y * w, 1, w, kernel, line);
      }
      for (int x = 0; x < w; x++) {
        blurLine(image, plane + x, w, h, kernel, line);
      }
    }
  }

  private static void blurLine(
      float[] image, int start, int step, int count, float[] kernel, float[] line) {
    int reach = kernel.length / 2;
    for (int i = -reach; i < count + reach; i++) {
      line[i + reach] = image[start + step * Math.max(0, Math.min(count - 1, i))];
    }
    for (int i = 0; i < count; i++) {
      float value = 0;
      for (int k = 0; k < kernel.length; k++) {
        value += kernel[k] * line[i + k];
      }
      image[start + step * i] = Math.min(1, value);
    }
  }
}

package dev.isnet.data.phantom;

import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedImage;
import dev.isnet.data.Pixels;
import dev.isnet.data.Seeds;
import dev.isnet.data.bias.Placement;
import dev.isnet.data.bias.Shape;
import dev.isnet.data.bias.SyntheticBias;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Draws chest radiographs: body outline, lungs, ribs, clavicles, heart, diaphragm, vessels,
 * exposure and noise, different for every seed, with the exact mask of the lungs. The signs of
 * disease lie in the lungs alone. Two images of the same seed and different classes show the same
 * person and differ only by the signs.
 *
 * <p>These are pictures for trying out a method, not a model of disease.
 */
public final class ChestPhantom {
  /** The classes, in the order of their labels: sorted, as those of a folder are. */
  public static final List<String> CLASSES = List.of("consolidation", "nodules", "normal");

  /**
   * The contrast of the signs unless another one is asked for: learnable for a small network, but
   * harder to see than a marker in the background.
   */
  public static final double DEFAULT_SIGN_CONTRAST = 1.0;

  // What signs add at least, before their contrast, where a lesion is said to be: about a sixth of
  // their peak.
  private static final double LEAST_SIGN = 0.06;

  // Images lower than this are drawn finer and averaged.
  private static final int LEAST_ROWS = 128;

  private ChestPhantom() {}

  /**
   * The markers of two hospitals that follow the class: a white L for consolidation, an R for
   * nodules, none for normal, a quarter of the image high, anywhere beside the lungs. A small
   * network finds them sooner than the signs, at 48 pixels as at 64, where shapes that differ in
   * form alone are no easier to tell apart than the signs.
   *
   * @return the bias for {@link #CLASSES}
   */
  public static SyntheticBias hospitalMarkers() {
    return new SyntheticBias(
        List.of(Shape.LETTER_L, Shape.LETTER_R, Shape.NONE), 0.25, 1, Placement.RANDOM, false);
  }

  /**
   * Draws an image with signs of the default contrast.
   *
   * @param size height, width and channels (three channels hold the same grey)
   * @param label an index into {@link #CLASSES}
   * @param seed decides everything else
   * @return image [C, h, w] in [0, 1] and lung mask [1, h, w], which the caller closes
   * @throws InputException if there is no such class
   */
  public static MaskedImage generate(ImageSize size, int label, long seed) {
    Pixels pixels = draw(size, label, DEFAULT_SIGN_CONTRAST, seed);
    return pixels.toMaskedImage(label, Path.of(CLASSES.get(label) + "-" + seed));
  }

  /**
   * Draws an image.
   *
   * @param size height, width and channels (three channels hold the same grey)
   * @param label an index into {@link #CLASSES}
   * @param signContrast how visible the signs are, above 0 to 3; 1 is the default
   * @param seed decides everything else
   * @return the image with its lung mask
   * @throws InputException if there is no such class or the contrast is out of range
   */
  public static Pixels draw(ImageSize size, int label, double signContrast, long seed) {
    return radiograph(size, label, signContrast, Hospital.NEUTRAL, seed).pixels();
  }

  /**
   * Draws an image as a hospital takes it.
   *
   * @param size height, width and channels (three channels hold the same grey)
   * @param label an index into {@link #CLASSES}
   * @param signContrast how visible the signs are, above 0 to 3; 1 is the default
   * @param hospital where it is taken
   * @param seed decides everything else
   * @return the image with its lung mask and the places of its signs
   * @throws InputException if there is no such class or the contrast is out of range
   */
  public static Radiograph radiograph(
      ImageSize size, int label, double signContrast, Hospital hospital, long seed) {
    requireContrast(signContrast);
    if (label < 0 || label >= CLASSES.size()) {
      throw new InputException(
          "There is no phantom class %d; known are 0 to %d (%s)."
              .formatted(label, CLASSES.size() - 1, String.join(", ", CLASSES)));
    }
    Anatomy anatomy = new Anatomy(random(seed, 0));
    SplittableRandom forSigns = random(seed, 1);
    Signs signs =
        switch (CLASSES.get(label)) {
          case "consolidation" -> Signs.consolidation(anatomy, forSigns);
          case "nodules" -> Signs.nodules(anatomy, forSigns);
          default -> Signs.none(forSigns);
        };
    Radiograph taken =
        new Film(size, hospital, random(seed, 2)).expose(anatomy, signs, signContrast);
    Pixels pixels = taken.pixels();
    for (int i = 0; i < hospital.marks().size(); i++) {
      pixels = hospital.marks().get(i).draw(pixels, Seeds.derive(seed, 3, i)).pixels();
    }
    return new Radiograph(pixels, taken.lesions());
  }

  static void requireContrast(double signContrast) {
    if (!(signContrast > 0 && signContrast <= 3)) {
      throw new InputException(
          "The contrast of the signs is %s, but must be above 0 and at most 3."
              .formatted(signContrast));
    }
  }

  private static SplittableRandom random(long seed, long use) {
    return new SplittableRandom(Seeds.derive(seed, use));
  }

  /** Pose, exposure and noise of one image. */
  private static final class Film {
    // The curve's end and its steps per unit of brightness.
    private static final int MOST = 2;
    private static final int STEPS = 256;

    private final ImageSize size;
    private final SplittableRandom random;
    private final double angle;
    private final double zoom;
    private final double shiftX;
    private final double shiftY;
    private final double[] curve;
    private final double grain;

    Film(ImageSize size, Hospital hospital, SplittableRandom random) {
      this.size = size;
      this.random = random;
      angle = Math.toRadians(Anatomy.between(random, -3, 3));
      zoom = Anatomy.between(random, 0.88, 1.02);
      shiftX = Anatomy.between(random, -0.05, 0.05);
      shiftY = Anatomy.between(random, -0.04, 0.06);
      curve =
          curve(
              Anatomy.between(random, 0.85, 1.15) * hospital.exposure(),
              Anatomy.between(random, -0.03, 0.04),
              Anatomy.between(random, 0.85, 1.2) * hospital.gamma());
      grain = Anatomy.between(random, 0.008, 0.022) * hospital.noise();
    }

    /** Exposure and gamma as a table, because a power for every pixel takes its time. */
    private static double[] curve(double gain, double offset, double gamma) {
      double[] curve = new double[MOST * STEPS + 2];
      for (int i = 0; i < curve.length; i++) {
        curve[i] = Math.pow(Math.max(0, (double) i / STEPS * gain + offset), gamma);
      }
      return curve;
    }

    Radiograph expose(Anatomy anatomy, Signs signs, double signContrast) {
      int h = size.height();
      int w = size.width();
      int fine = Math.max(1, (LEAST_ROWS + h - 1) / h);
      double cos = zoom * Math.cos(angle);
      double sin = zoom * Math.sin(angle);
      boolean[] mask = new boolean[h * w];
      boolean[] lesions = new boolean[h * w];
      float[] image = new float[size.values()];
      for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
          double sum = 0;
          boolean lung = false;
          boolean lesion = false;
          for (int part = 0; part < fine * fine; part++) {
            double across = 2 * (x + (part % fine + 0.5) / fine) / w - 1 - shiftX;
            double down = 2 * (y + (part / fine + 0.5) / fine) / h - 1 - shiftY;
            double bodyX = cos * across + sin * down;
            double bodyY = -sin * across + cos * down;
            double inside = anatomy.insideLung(bodyX, bodyY);
            lung |= inside > 0;
            double sign = signs.brightness(bodyX, bodyY, inside);
            lesion |= sign > LEAST_SIGN;
            sum += anatomy.brightness(bodyX, bodyY, inside) + signContrast * sign;
          }
          mask[y * w + x] = lung;
          lesions[y * w + x] = lesion;
          image[y * w + x] = develop(sum / (fine * fine));
        }
      }
      for (int c = 1; c < size.channels(); c++) {
        System.arraycopy(image, 0, image, c * h * w, h * w);
      }
      return new Radiograph(new Pixels(size, image, Optional.of(mask)), lesions);
    }

    private float develop(double brightness) {
      double at = Math.min(brightness, MOST) * STEPS;
      int below = (int) at;
      double value = curve[below] + (at - below) * (curve[below + 1] - curve[below]);
      return (float) Math.max(0, Math.min(1, value + grain * gaussian()));
    }

    /** Nearly normal: four uniform numbers from one draw, the same on every Java version. */
    private double gaussian() {
      long bits = random.nextLong();
      long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
      return (sum / 65536.0 - 2) * Math.sqrt(3);
    }
  }
}

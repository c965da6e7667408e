package dev.isnet.data.augment;

import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedImage;
import dev.isnet.data.Pixels;
import dev.isnet.data.Seeds;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Random changes of images and their masks. One draw holds for both: the image is interpolated
 * linearly, the mask takes the nearest value and stays exactly binary; what comes in from outside
 * is 0 in both. Where the drawn movement would push the whole foreground out of sight, only the
 * flips of it are kept. Values stay in [0, 1].
 *
 * <p>The order is: flips, rotation, scaling, translation, shear, crop, elastic deformation; then
 * brightness and contrast, gamma, blur, noise, cut-out. What is drawn depends on the seed alone,
 * and switching one kind of change on or off leaves the draws of the others as they were.
 *
 * @param flipHorizontal probability of exchanging left and right, 0 to 1
 * @param flipVertical probability of exchanging top and bottom, 0 to 1
 * @param rotate largest angle in degrees, up to 180
 * @param translate largest shift as a fraction of height and width, each drawn by itself, up to 1
 * @param scale largest change of size: the factor is drawn from [1 − scale, 1 + scale], up to 0.9
 * @param shear largest shear: rows move sideways by this fraction of their distance from the
 *     middle, up to 1
 * @param crop largest part of each side that is cut away at a random place, the rest filling the
 *     image again, up to 0.9
 * @param elastic largest displacement of an elastic deformation as a fraction of the height, up to
 *     0.2
 * @param brightness largest change of all values, up to 1
 * @param contrast largest change of contrast: values move away from or towards 0.5 by a factor
 *     drawn from [1 − contrast, 1 + contrast], up to 1
 * @param gamma largest change of gamma: the exponent is drawn from [1 / (1 + gamma), 1 + gamma],
 *     evenly in its logarithm, up to 3
 * @param blur largest standard deviation of a Gaussian blur as a fraction of the height, up to 0.1
 * @param noise largest standard deviation of Gaussian noise, up to 1
 * @param cutout largest side of a black square as a fraction of height and width; its place counts
 *     as background, up to 0.9
 */
public record PairedAugmentation(
    double flipHorizontal,
    double flipVertical,
    Change rotate,
    Change translate,
    Change scale,
    Change shear,
    Change crop,
    Change elastic,
    Change brightness,
    Change contrast,
    Change gamma,
    Change blur,
    Change noise,
    Change cutout)
    implements Serializable {

  /** Standard deviations in pixels below which a blur does nothing. */
  private static final double LEAST_BLUR = 0.1;

  /** Kinds of change that have draws of their own; new ones go to the end. */
  private enum Kind {
    ROTATE,
    TRANSLATE,
    SCALE,
    SHEAR,
    CROP,
    ELASTIC,
    BRIGHTNESS,
    CONTRAST,
    GAMMA,
    BLUR,
    NOISE,
    CUTOUT
  }

  /**
   * Checks the ranges.
   *
   * @throws InputException if a value is out of its range
   */
  public PairedAugmentation {
    check("flipHorizontal", flipHorizontal, 1);
    check("flipVertical", flipVertical, 1);
    check("rotate", rotate, 180);
    check("translate", translate, 1);
    check("scale", scale, 0.9);
    check("shear", shear, 1);
    check("crop", crop, 0.9);
    check("elastic", elastic, 0.2);
    check("brightness", brightness, 1);
    check("contrast", contrast, 1);
    check("gamma", gamma, 3);
    check("blur", blur, 0.1);
    check("noise", noise, 1);
    check("cutout", cutout, 0.9);
  }

  private static void check(String name, Change change, double most) {
    check(name, change.range(), most);
    check(name + "'s probability", change.probability(), 1);
  }

  private static void check(String name, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      throw new InputException(
          "The augmentation's %s is %s, but must be between 0 and %s."
              .formatted(name, value, most));
    }
  }

  /** The augmentation that changes nothing. */
  public static PairedAugmentation none() {
    return builder().build();
  }

  /** A builder in which everything is off. */
  public static AugmentationBuilder builder() {
    return new AugmentationBuilder();
  }

  /**
   * Changes a copy of an image and its mask.
   *
   * @param in the image; not changed, not closed
   * @param seed decides every draw
   * @return a new image with arrays of its own, which the caller closes
   */
  public MaskedImage apply(MaskedImage in, long seed) {
    return apply(Pixels.of(in.image(), in.mask()), seed).toMaskedImage(in.label(), in.file());
  }

  /**
   * Changes an image and its mask.
   *
   * @param in the image; not changed
   * @param seed decides every draw
   * @return the changed image, or {@code in} itself when this augmentation changes nothing
   */
  public Pixels apply(Pixels in, long seed) {
    if (changesNothing()) {
      return in;
    }
    // Every number is drawn whether it is used or not, and further ones come from sequences of
    // their own, so that no kind of change shifts the draws of another.
    SplittableRandom random = new SplittableRandom(seed);
    boolean flipX = random.nextDouble() < flipHorizontal;
    boolean flipY = random.nextDouble() < flipVertical;
    double angle = Math.toRadians(rotate.range() * symmetric(random));
    double shiftX = translate.range() * symmetric(random) * in.size().width();
    double shiftY = translate.range() * symmetric(random) * in.size().height();
    double factor = 1 + scale.range() * symmetric(random);
    double added = brightness.range() * symmetric(random);
    double gain = 1 + contrast.range() * symmetric(random);

    boolean shifted = made(translate, Kind.TRANSLATE, seed);
    Movement movement =
        Movement.of(
            in.size(),
            flipX,
            flipY,
            made(rotate, Kind.ROTATE, seed) ? angle : 0,
            made(scale, Kind.SCALE, seed) ? factor : 1,
            shifted ? shiftX : 0,
            shifted ? shiftY : 0);
    movement = further(movement, seed);
    Optional<boolean[]> mask = in.mask().map(movement::mask);
    if (mask.isPresent() && !anyTrue(mask.get())) {
      movement = Movement.of(in.size(), flipX, flipY, 0, 1, 0, 0);
      mask = in.mask().map(movement::mask);
    }
    Map<Integer, boolean[]> classMasks = new HashMap<>();
    for (Map.Entry<Integer, boolean[]> each : in.classMasks().entrySet()) {
      classMasks.put(each.getKey(), movement.mask(each.getValue()));
    }
    float[] image = movement.image(in.image());
    double brighter = made(brightness, Kind.BRIGHTNESS, seed) ? added : 0;
    double stronger = made(contrast, Kind.CONTRAST, seed) ? gain : 1;
    if (brighter != 0 || stronger != 1) {
      Tones.linear(image, stronger, brighter);
    }
    tones(image, in.size(), seed);
    if (made(cutout, Kind.CUTOUT, seed)) {
      cut(image, mask, classMasks.values(), in.size(), draws(Kind.CUTOUT, seed));
    }
    classMasks.values().removeIf(each -> !anyTrue(each)); // what is out of sight is not judged by
    return new Pixels(in.size(), image, mask, classMasks);
  }

  private boolean changesNothing() {
    return flipHorizontal == 0
        && flipVertical == 0
        && Stream.of(
                rotate,
                translate,
                scale,
                shear,
                crop,
                elastic,
                brightness,
                contrast,
                gamma,
                blur,
                noise,
                cutout)
            .noneMatch(Change::possible);
  }

  /** Whether a change is made this time. */
  private static boolean made(Change change, Kind kind, long seed) {
    return change.possible()
        && (change.probability() == 1
            || new SplittableRandom(Seeds.derive(seed, kind.ordinal(), 0)).nextDouble()
                < change.probability());
  }

  private static SplittableRandom draws(Kind kind, long seed) {
    return new SplittableRandom(Seeds.derive(seed, kind.ordinal(), 1));
  }

  private Movement further(Movement movement, long seed) {
    Movement moved = movement;
    if (made(shear, Kind.SHEAR, seed)) {
      moved = moved.sheared(shear.range() * symmetric(draws(Kind.SHEAR, seed)));
    }
    if (made(crop, Kind.CROP, seed)) {
      SplittableRandom random = draws(Kind.CROP, seed);
      double side = 1 - crop.range() * random.nextDouble();
      moved = moved.cropped(side, random.nextDouble(), random.nextDouble());
    }
    if (made(elastic, Kind.ELASTIC, seed)) {
      double most = elastic.range() * movement.size().height();
      moved = moved.bent(new Elastic(movement.size(), most, draws(Kind.ELASTIC, seed)));
    }
    return moved;
  }

  private void tones(float[] image, ImageSize size, long seed) {
    if (made(gamma, Kind.GAMMA, seed)) {
      Tones.gamma(image, Math.pow(1 + gamma.range(), symmetric(draws(Kind.GAMMA, seed))));
    }
    if (made(blur, Kind.BLUR, seed)) {
      double deviation = blur.range() * size.height() * draws(Kind.BLUR, seed).nextDouble();
      if (deviation > LEAST_BLUR) {
        Tones.blur(image, size, deviation);
      }
    }
    if (made(noise, Kind.NOISE, seed)) {
      SplittableRandom random = draws(Kind.NOISE, seed);
      Tones.noise(image, noise.range() * random.nextDouble(), random);
    }
  }

  /** A black square; left out where it would cover all of the foreground. */
  private void cut(
      float[] image,
      Optional<boolean[]> mask,
      Collection<boolean[]> classMasks,
      ImageSize size,
      SplittableRandom random) {
    double share = cutout.range() * random.nextDouble();
    int height = (int) Math.round(share * size.height());
    int width = (int) Math.round(share * size.width());
    int top = random.nextInt(size.height() - height + 1);
    int left = random.nextInt(size.width() - width + 1);
    if (mask.isPresent()) {
      boolean[] rest = mask.get().clone();
      fill(top, height, left, width, size, (from, to) -> Arrays.fill(rest, from, to, false));
      if (!anyTrue(rest)) {
        return;
      }
      System.arraycopy(rest, 0, mask.get(), 0, rest.length);
    }
    for (boolean[] each : classMasks) {
      fill(top, height, left, width, size, (from, to) -> Arrays.fill(each, from, to, false));
    }
    for (int c = 0; c < size.channels(); c++) {
      int plane = c * size.area();
      fill(
          top,
          height,
          left,
          width,
          size,
          (from, to) -> Arrays.fill(image, plane + from, plane + to, 0));
    }
  }

  /** What is done with a run of pixels. */
  private interface Run {
    void fill(int from, int to);
  }

  private static void fill(int top, int height, int left, int width, ImageSize size, Run run) {
    for (int y = top; y < top + height; y++) {
      run.fill(y * size.width() + left, y * size.width() + left + width);
    }
  }

  private static double symmetric(SplittableRandom random) {
    return 2 * random.nextDouble() - 1;
  }

  private static boolean anyTrue(boolean[] values) {
    for (boolean value : values) {
      if (value) {
        return true;
      }
    }
    return false;
  }
}

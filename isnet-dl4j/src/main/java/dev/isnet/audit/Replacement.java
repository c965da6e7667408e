package dev.isnet.audit;

import dev.isnet.data.Pixels;
import dev.isnet.data.Seeds;
import dev.isnet.data.bias.Donors;
import dev.isnet.data.bias.ReplacedBackground;
import java.util.Optional;

/** What an image is changed to, to see whether the decision stays. */
public enum Replacement {
  /** Another image's background, of another class where there is one. */
  ANOTHER("another", "another image's background"),
  /** Noise of the background's mean and deviation. */
  NOISE("noise", "noise for a background"),
  /** The background blurred. */
  BLUR("blur", "a blurred background"),
  /** The background's mean colour. */
  MEAN_COLOUR("meanColour", "one colour for a background"),
  /** The control: the background without the object. */
  NO_OBJECT("noObject", "the background alone");

  private final String key;
  private final String words;

  Replacement(String key, String words) {
    this.key = key;
    this.words = words;
  }

  /** Its name in files that programs read. */
  public String key() {
    return key;
  }

  /** Its name for people. */
  public String words() {
    return words;
  }

  /**
   * A changed image.
   *
   * @param pixels the image
   * @param donor the class of the image that the background comes from, if it comes from one
   */
  record Changed(Pixels pixels, Optional<Integer> donor) {}

  /** Changes an image with a mask; nothing when there is no other image to take from. */
  Optional<Changed> of(Pixels image, int index, int label, Donors donors, long seed) {
    return switch (this) {
      case ANOTHER ->
          donors
              .swap(image, index, label)
              .map(swapped -> new Changed(swapped.pixels(), Optional.of(swapped.label())));
      case NOISE -> changed(ReplacedBackground.noise(image, Seeds.derive(seed, index)));
      case BLUR -> changed(ReplacedBackground.blur(image));
      case MEAN_COLOUR -> changed(ReplacedBackground.meanColour(image));
      case NO_OBJECT -> changed(ReplacedBackground.withoutForeground(image));
    };
  }

  private static Optional<Changed> changed(Pixels pixels) {
    return Optional.of(new Changed(pixels, Optional.empty()));
  }
}

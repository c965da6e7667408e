package dev.isnet.data.bias;

import dev.isnet.data.ImageStore;
import dev.isnet.data.Pixels;
import dev.isnet.data.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Backgrounds that other images can stand before: those of a few images of each class, drawn at
 * random and kept in memory with their objects gone (see {@link ReplacedBackground#another}).
 */
public final class Donors {

  /** A background and where it comes from. */
  private record Donor(int index, int label, Pixels filled) {}

  /**
   * An image before another background.
   *
   * @param pixels the image
   * @param label the class of the image that the background comes from
   */
  public record Swapped(Pixels pixels, int label) {}

  private final List<Donor> donors;
  private final long seed;

  private Donors(List<Donor> donors, long seed) {
    this.donors = List.copyOf(donors);
    this.seed = seed;
  }

  /**
   * Draws the donors.
   *
   * @param store where images come from
   * @param candidates the images that have masks; those without any background are passed over
   * @param perClass at most so many donors of each class
   * @param seed of the draw, and of which image gets which background
   * @return the donors
   */
  public static Donors draw(ImageStore store, List<Integer> candidates, int perClass, long seed) {
    List<Integer> order = new ArrayList<>(candidates);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = order.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int other = order.get(j);
      order.set(j, order.get(i));
      order.set(i, other);
    }
    int[] taken = new int[store.classes().size() + 1]; // the last for images of no class
    List<Donor> donors = new ArrayList<>();
    for (int index : order) {
      int label = store.label(index);
      int slot = label < 0 ? taken.length - 1 : label;
      if (taken[slot] < perClass) {
        Pixels pixels = store.load(index);
        if (pixels.mask().isPresent() && hasBackground(pixels.mask().get())) {
          donors.add(new Donor(index, label, ReplacedBackground.withoutForeground(pixels)));
          taken[slot]++;
        }
      }
    }
    return new Donors(donors, seed);
  }

  private static boolean hasBackground(boolean[] mask) {
    for (boolean foreground : mask) {
      if (!foreground) {
        return true;
      }
    }
    return false;
  }

  /**
   * Puts an image before the background of another one, of another class where there is one.
   *
   * @param image with a mask, of the store's size; not changed
   * @param index its index in the store
   * @param label its class
   * @return the image before the other's background; nothing if there is no other
   */
  public Optional<Swapped> swap(Pixels image, int index, int label) {
    List<Donor> possible = donors.stream().filter(donor -> donor.label() != label).toList();
    if (possible.isEmpty()) {
      possible = donors.stream().filter(donor -> donor.index() != index).toList();
    }
    if (possible.isEmpty()) {
      return Optional.empty();
    }
    SplittableRandom random = new SplittableRandom(Seeds.derive(seed, index));
    Donor donor = possible.get(random.nextInt(possible.size()));
    return Optional.of(
        new Swapped(ReplacedBackground.anotherFilled(image, donor.filled()), donor.label()));
  }
}

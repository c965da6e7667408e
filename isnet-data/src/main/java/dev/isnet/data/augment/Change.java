package dev.isnet.data.augment;

import java.io.Serializable;

/**
 * One kind of random change: how far it may go and how often it is made.
 *
 * @param range the largest change, in the unit of its kind; 0 is no change
 * @param probability how likely it is made, 0 to 1
 */
public record Change(double range, double probability) implements Serializable {
  /** No change. */
  public static final Change NONE = new Change(0, 1);

  /**
   * A change that is always made.
   *
   * @param range the largest change; 0 is no change
   * @return the change
   */
  public static Change of(double range) {
    return new Change(range, 1);
  }

  boolean possible() {
    return range > 0 && probability > 0;
  }
}

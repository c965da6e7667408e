package dev.isnet.data.bias;

import dev.isnet.data.Pixels;

/**
 * Where on an image a cue may go: the background, less what other cues of the same image take.
 *
 * @param background true for background, row after row
 * @param taken true for what another cue has taken, row after row
 */
public record Room(boolean[] background, boolean[] taken) {
  /**
   * The whole background of an image; all of it where nobody knows the foreground.
   *
   * @param in the image
   * @return its room, in new arrays
   */
  public static Room of(Pixels in) {
    boolean[] background = new boolean[in.size().area()];
    for (int i = 0; i < background.length; i++) {
      background[i] = in.mask().isEmpty() || !in.mask().get()[i];
    }
    return new Room(background, new boolean[background.length]);
  }

  /** Whether a pixel is background that no other cue has taken. */
  boolean free(int at) {
    return background[at] && !taken[at];
  }

  /** The same room with one of several equal parts side by side left free. */
  Room part(int index, int parts, int width) {
    boolean[] others = taken.clone();
    for (int i = 0; i < others.length; i++) {
      others[i] |= i % width * parts / width != index;
    }
    return new Room(background, others);
  }
}

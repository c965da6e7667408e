package dev.isnet.data.bias;

/** Where in the background a shape goes. */
public enum Placement {
  /** Anywhere in the background, every position equally likely. */
  RANDOM,
  /** As near to the top left corner as the background allows. */
  TOP_LEFT,
  /** As near to the top right corner as the background allows. */
  TOP_RIGHT,
  /** As near to the bottom left corner as the background allows. */
  BOTTOM_LEFT,
  /** As near to the bottom right corner as the background allows. */
  BOTTOM_RIGHT;

  /** The squared distance of a position from the corner, 0 everywhere when there is none. */
  int distance(int x, int y, int lastX, int lastY) {
    int left = x * x;
    int right = (lastX - x) * (lastX - x);
    int top = y * y;
    int bottom = (lastY - y) * (lastY - y);
    return switch (this) {
      case RANDOM -> 0;
      case TOP_LEFT -> top + left;
      case TOP_RIGHT -> top + right;
      case BOTTOM_LEFT -> bottom + left;
      case BOTTOM_RIGHT -> bottom + right;
    };
  }
}

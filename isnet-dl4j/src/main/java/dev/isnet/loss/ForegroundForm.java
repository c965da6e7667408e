package dev.isnet.loss;

/** How the foreground loss grows when the foreground relevance g exceeds C2. */
public enum ForegroundForm {
  /** (g − C2)²/C1². */
  SQUARE,
  /**
   * The same up to g = C1 + C2, from there on 1 + (g − C1 − C2): Faster ISNet's form, with bounded
   * slope.
   */
  HYBRID;

  /** Loss of one map's foreground relevance. */
  double value(double g, double c1, double c2) {
    if (g < c1) {
      return (c1 - g) * (c1 - g) / (c1 * c1);
    }
    if (g <= c2) {
      return 0;
    }
    if (this == HYBRID && g > c1 + c2) {
      return 1 + (g - c1 - c2);
    }
    return (g - c2) * (g - c2) / (c1 * c1);
  }

  /** Its derivative. */
  double slope(double g, double c1, double c2) {
    if (g < c1) {
      return -2 * (c1 - g) / (c1 * c1);
    }
    if (g <= c2) {
      return 0;
    }
    if (this == HYBRID && g > c1 + c2) {
      return 1;
    }
    return 2 * (g - c2) / (c1 * c1);
  }
}

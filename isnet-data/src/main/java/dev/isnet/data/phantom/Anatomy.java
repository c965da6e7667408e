package dev.isnet.data.phantom;

import java.util.SplittableRandom;

/**
 * One healthy person before the detector. Coordinates are the body's: x from −1 to 1 across the
 * film (positive on the person's left, which a radiograph shows on the right), y from −1 at the
 * neck to 1 at the belly. Values are brightness on the film, 0 for air to about 0.85 for the
 * densest parts, so that a lead marker at 1 stands out.
 */
final class Anatomy {
  // Widths of soft edges.
  private static final double SHARP = 0.012;
  private static final double SOFT = 0.035;

  private final double shoulders;
  private final double side;
  private final double tissue;
  private final double lungAir;
  private final double lungCentre;
  private final double lungWidth;
  private final double apex;
  private final double[] base;
  private final double mediastinum;
  private final double heartX;
  private final double heartY;
  private final double heartWidth;
  private final double heartHeight;
  private final double ribSpacing;
  private final double ribPhase;
  private final double ribSlope;
  private final double ribContrast;
  private final double clavicle;
  private final double vessels;
  private final double breast;
  private final double bubble;
  private final ValueNoise noise;

  Anatomy(SplittableRandom random) {
    shoulders = between(random, 0.80, 0.94);
    side = between(random, 0.80, 0.92);
    tissue = between(random, 0.46, 0.60);
    lungAir = between(random, 0.52, 0.68);
    lungCentre = between(random, 0.37, 0.41);
    lungWidth = between(random, 0.265, 0.31);
    apex = between(random, -0.80, -0.70);
    double right = between(random, 0.34, 0.52);
    base = new double[] {right, right + between(random, 0.0, 0.09)};
    mediastinum = between(random, 0.11, 0.16);
    heartX = between(random, 0.08, 0.13);
    heartY = between(random, 0.28, 0.36);
    heartWidth = between(random, 0.30, 0.40);
    heartHeight = between(random, 0.25, 0.31);
    ribSpacing = between(random, 0.135, 0.165);
    ribPhase = random.nextDouble();
    ribSlope = between(random, 0.45, 0.75);
    ribContrast = between(random, 0.05, 0.09);
    clavicle = between(random, -0.66, -0.58);
    vessels = between(random, 0.08, 0.16);
    breast = random.nextDouble() < 0.4 ? between(random, 0.03, 0.07) : 0;
    bubble = random.nextDouble() < 0.6 ? between(random, 0.10, 0.22) : 0;
    noise = new ValueNoise(random);
  }

  static double between(SplittableRandom random, double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /** Hermite step from 0 to 1 for t from 0 to 1. */
  static double smooth(double t) {
    double clipped = t < 0 ? 0 : t > 1 ? 1 : t;
    return clipped * clipped * (3 - 2 * clipped);
  }

  /** 1 where an inside distance is positive, 0 where it is negative, soft in between. */
  private static double soft(double inside, double width) {
    return smooth(0.5 + inside / (2 * width));
  }

  /** How far inside a lung a point lies, roughly as a distance; negative outside both lungs. */
  double insideLung(double x, double y) {
    double across = Math.abs(x);
    double v = (y - 0.16) / (0.16 - apex);
    // Lungs are narrow at the apex and wide at the base.
    double width = lungWidth * (0.86 + 0.16 * smooth(v + 0.9));
    double u = (across - lungCentre - 0.02 * v) / width;
    double body = (1 - power(u) - power(v)) * 0.4 * width;
    double fromDome = dome(x) - y;
    double fromMiddle = across - mediastinum - 0.05 * smooth((-0.35 - y) / 0.4);
    double inside = Math.min(body, Math.min(fromDome, fromMiddle));
    inside = Math.min(inside, -insideHeart(x, y));
    if (x > 0) {
      inside = Math.min(inside, -insideAorta(x, y));
    }
    return inside;
  }

  /** |u| to the power of 2.5: a rounded box. */
  private static double power(double u) {
    return u * u * Math.sqrt(Math.abs(u));
  }

  private double dome(double x) {
    double t = (Math.abs(x) - 0.33) / 0.33;
    double height = base[0] + (base[1] - base[0]) * smooth(x / 0.3 + 0.5);
    return height + 0.16 * t * t * (t > 0 ? 1.2 : 0.5);
  }

  private double insideHeart(double x, double y) {
    // Tilted: the tip of the heart points to the lower left of the person, its upper part
    // narrows towards the great vessels.
    double dx = x - heartX;
    double dy = y - heartY;
    double v = (-0.45 * dx + 0.89 * dy) / heartHeight;
    double u = (0.89 * dx + 0.45 * dy) / (heartWidth * (0.84 + 0.22 * smooth(v * 0.5 + 0.5)));
    return (1 - u * u - v * v * (v < 0 ? 0.62 : 1)) * 0.13;
  }

  private static double insideAorta(double x, double y) {
    double dx = x - 0.10;
    double dy = (y + 0.27) / 1.5;
    return (0.0081 - dx * dx - dy * dy) * 5;
  }

  /**
   * Brightness of the healthy body at a point.
   *
   * @param inside how far inside a lung the point lies
   */
  double brightness(double x, double y, double inside) {
    double across = Math.abs(x);
    double half = outline(y);
    double inBody = half - across;
    if (inBody < -SOFT) {
      return 0.03;
    }
    double depth = Math.sqrt(Math.max(0, 1 - across * across / (half * half)));
    double value = tissue * (0.55 + 0.45 * depth) + 0.015 * noise.at(x * 5, y * 5);

    double lung = soft(inside, SOFT * 0.7);
    double belly = soft(y - dome(x), SOFT) * soft(0.72 - across, 0.1);
    double middle = soft(mediastinum - across, 1.6 * SOFT);
    double heart = soft(insideHeart(x, y), 1.4 * SOFT) * (1 - belly);
    value += 0.13 * belly + 0.10 * middle + 0.10 * heart * (1 - 0.7 * middle);
    if (x > 0) {
      value += 0.04 * soft(insideAorta(x, y), SOFT) * (1 - middle);
      double bx = (x - 0.42) / 0.13;
      double by = (y - base[1] - 0.12) / 0.075;
      value -= bubble * soft(0.1 * (1 - bx * bx - by * by), 0.04);
    }
    value += spine(across, y);
    value -= 0.07 * soft(0.04 - across, 0.02) * smooth((-0.25 - y) / 0.15);
    value *= 1 - lungAir * lung;
    if (lung > 0) {
      value += lung * vessels(across, y);
    }
    value += bones(x, across, y, lung, belly);
    if (breast > 0) {
      double dx = across - 0.40;
      double dy = y - 0.22;
      value += breast * soft(0.2 * (1 - dx * dx / 0.07 - dy * dy / 0.05), 0.05);
    }
    return 0.03 + (value - 0.03) * soft(inBody, SOFT);
  }

  private double outline(double y) {
    double neck = 0.20 + 0.03 * y * y;
    double slope = smooth((y + 1.02) / 0.42);
    double waist = smooth((y + 0.45) / 0.6);
    return neck + (shoulders - neck) * slope + (side - shoulders) * waist;
  }

  private static double spine(double across, double y) {
    double column = soft(0.075 - across, 0.03);
    if (column == 0) {
      return 0;
    }
    double disc = 0.5 + 0.5 * Math.cos(y * 42);
    return column * (0.02 + 0.02 * disc);
  }

  /** Branching lines that leave the hilum and thin out. */
  private double vessels(double across, double y) {
    double dx = across - 0.17;
    double dy = y + 0.02;
    double distance = Math.sqrt(dx * dx + dy * dy);
    // A stand-in for the angle, from −1 to 1 on each side, that needs no arc tangent.
    double angle = dy / (Math.abs(dx) + Math.abs(dy) + 1e-9) + (dx < 0 ? 5 : 0);
    double wobble = noise.at(across * 6 + 20, y * 6);
    double ridge = 1 - Math.abs(noise.at(angle * 6 + wobble, distance * 2.5 + 40));
    ridge *= ridge;
    ridge *= ridge;
    double fade = 1 / (1 + distance * distance * 18);
    double hilum = smooth(1 - distance * 5);
    return vessels * fade * (ridge + 0.8 * hilum) + 0.02 * noise.at(across * 12, y * 12 + 30);
  }

  private double bones(double x, double across, double y, double lung, double belly) {
    double value = 0;
    double chest =
        soft(side - 0.10 - across, 0.04)
            * soft(across - 0.08, 0.03)
            * (1 - belly)
            * smooth((y + 0.85) / 0.12);
    if (chest > 0) {
      // Behind: from the spine outwards, then down. In front: downwards to the middle, fainter.
      double behind = (y - ribSlope * (across - 0.2) * (across - 0.2)) / ribSpacing + ribPhase;
      double front = (y + 0.55 * across) / (ribSpacing * 1.15) + ribPhase * 0.5;
      double visible = 0.45 + 0.55 * lung;
      double fading = smooth((across - 0.25) / 0.25);
      value = ribContrast * chest * visible * (rib(behind, 0.27) + 0.5 * fading * rib(front, 0.22));
    }
    double t = (across - 0.08) / 0.6;
    double line = clavicle + 0.10 * (1 - t) * (1 - t) - 0.05 * t + 0.03 * (x > 0 ? 1 : 0);
    double thick = 0.030 + 0.012 * (1 - t);
    double shaft = soft(thick - Math.abs(y - line), SHARP) * soft(across - 0.09, SHARP);
    value += 0.08 * shaft * soft(0.70 - across, 0.03);
    double blade = (across - 0.72) / 0.11;
    double bladeY = (y + 0.32) / 0.26;
    return value + 0.05 * soft(0.1 * (1 - blade * blade - bladeY * bladeY), 0.02);
  }

  /** A periodic band, brighter at its edges as cortical bone is. */
  private static double rib(double phase, double half) {
    double d = Math.abs(phase - Math.floor(phase) - 0.5);
    double band = smooth((half - d) / 0.10 + 0.5);
    double edge = 1 - Math.min(1, Math.abs(d - half + 0.06) / 0.07);
    return band * 0.8 + edge * 0.4;
  }
}

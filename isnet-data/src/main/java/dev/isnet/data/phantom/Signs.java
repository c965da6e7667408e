package dev.isnet.data.phantom;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Signs of disease inside the lungs, as brightness to add. */
final class Signs {
  // Before the user's contrast.
  private static final double CONSOLIDATION = 0.34;
  private static final double NODULE = 0.40;
  private static final int ATTEMPTS = 10_000;

  /** A soft spot; {@code rough} is how strongly texture modulates it. */
  private record Spot(
      double x, double y, double width, double height, double peak, double rough, double sharp) {}

  private final List<Spot> spots = new ArrayList<>();
  private final ValueNoise texture;

  private Signs(SplittableRandom random) {
    this.texture = new ValueNoise(random);
  }

  /** No signs. */
  static Signs none(SplittableRandom random) {
    return new Signs(random);
  }

  /** One or two large soft patches. */
  static Signs consolidation(Anatomy anatomy, SplittableRandom random) {
    Signs signs = new Signs(random);
    int count = 1 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      signs.add(
          anatomy,
          random,
          Anatomy.between(random, 0.15, 0.23),
          Anatomy.between(random, 0.15, 0.23),
          CONSOLIDATION * Anatomy.between(random, 0.85, 1.25),
          0.35,
          0.05);
    }
    return signs;
  }

  /** Several small round dots. */
  static Signs nodules(Anatomy anatomy, SplittableRandom random) {
    Signs signs = new Signs(random);
    int count = 8 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      double radius = Anatomy.between(random, 0.038, 0.058);
      signs.add(
          anatomy, random, radius, radius, NODULE * Anatomy.between(random, 0.85, 1.25), 0, 0.03);
    }
    return signs;
  }

  /** Puts a spot where its centre lies at least {@code depth} inside a lung. */
  private void add(
      Anatomy anatomy,
      SplittableRandom random,
      double width,
      double height,
      double peak,
      double rough,
      double depth) {
    for (int i = 0; i < ATTEMPTS; i++) {
      double x = Anatomy.between(random, -0.8, 0.8);
      double y = Anatomy.between(random, -0.8, 0.7);
      if (anatomy.insideLung(x, y) >= depth) {
        spots.add(new Spot(x, y, width, height, peak, rough, rough == 0 ? 2 : 1));
        return;
      }
    }
    throw new IllegalStateException("no room for a sign in the lungs");
  }

  /**
   * What the signs add at a point; 0 outside the lungs, so that the mask covers all of it.
   *
   * @param inside how far inside a lung the point lies
   */
  double brightness(double x, double y, double inside) {
    if (spots.isEmpty() || inside <= 0) {
      return 0;
    }
    double sum = 0;
    for (Spot spot : spots) {
      double u = (x - spot.x) / spot.width;
      double v = (y - spot.y) / spot.height;
      double r = u * u + v * v;
      if (r < 2.5) {
        double profile = Math.exp(-(spot.sharp > 1 ? r * r : r * Math.sqrt(r)));
        double grain = 1 + spot.rough * texture.at(x * 14, y * 14);
        sum = Math.max(sum, spot.peak * profile * grain);
      }
    }
    return sum * Anatomy.smooth(inside / 0.03);
  }
}

package dev.isnet.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;

/** Warns of a background that tells the classes, before anything is trained. */
final class NaturalBias {
  /** Fewer images of a kind say nothing. */
  private static final int LEAST_IMAGES = 10;

  /** More training images would only take time. */
  private static final int MOST_IMAGES = 2000;

  /** How far above chance, and how near to the foreground, a background is suspicious. */
  private static final double ABOVE_CHANCE = 0.15;

  private static final double NEAR_FOREGROUND = 0.1;

  private NaturalBias() {}

  /**
   * Fits linear models to the training images and tries them on the others, or on a third of the
   * training images where there are no others.
   */
  static Optional<DatasetReport.Probe> probe(DatasetManifest manifest, List<SampleFacts> facts) {
    List<SampleFacts> usable =
        new ArrayList<>(
            facts.stream()
                .filter(each -> each.background().isPresent())
                .filter(each -> manifest.classes().containsAll(each.sample().labels()))
                .toList());
    shuffle(usable);
    List<SampleFacts> training = new ArrayList<>(usable);
    training.removeIf(each -> each.sample().split() != Split.TRAIN);
    List<SampleFacts> others = new ArrayList<>(usable);
    others.removeIf(each -> each.sample().split() == Split.TRAIN);
    boolean heldOut = others.size() < LEAST_IMAGES;
    if (heldOut) {
      others = new ArrayList<>(training.subList(0, training.size() / 3));
      training = training.subList(training.size() / 3, training.size());
    }
    training = training.subList(0, Math.min(MOST_IMAGES, training.size()));
    if (training.size() < LEAST_IMAGES || others.size() < LEAST_IMAGES) {
      return Optional.empty();
    }
    Trial trial = new Trial(manifest, training);
    List<DatasetReport.Row> rows = new ArrayList<>();
    for (Split split : heldOut ? new Split[] {Split.TRAIN} : Split.values()) {
      List<SampleFacts> part =
          others.stream().filter(each -> each.sample().split() == split).toList();
      trial.row(split.toString(), part).ifPresent(rows::add);
      part.stream()
          .flatMap(each -> each.sample().source().stream())
          .distinct()
          .sorted()
          .forEach(
              source ->
                  trial
                      .row(
                          split + ", " + source,
                          part.stream()
                              .filter(f -> f.sample().source().equals(Optional.of(source)))
                              .toList())
                      .ifPresent(rows::add));
    }
    double chance = manifest.multiLabel() ? 0.5 : 1.0 / manifest.classes().size();
    return Optional.of(new DatasetReport.Probe(chance, training.size(), rows));
  }

  /** The order decides which images are held out; always the same. */
  private static void shuffle(List<SampleFacts> facts) {
    SplittableRandom random = new SplittableRandom(facts.size());
    for (int i = facts.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      SampleFacts other = facts.get(j);
      facts.set(j, facts.get(i));
      facts.set(i, other);
    }
  }

  /** Both models, fitted. */
  private static final class Trial {
    private final DatasetManifest manifest;
    private final LinearProbe background;
    private final LinearProbe foreground;

    Trial(DatasetManifest manifest, List<SampleFacts> training) {
      this.manifest = manifest;
      List<float[]> targets = targets(training);
      background = LinearProbe.fit(values(training, SampleFacts::background), targets);
      foreground = LinearProbe.fit(values(training, SampleFacts::foreground), targets);
    }

    Optional<DatasetReport.Row> row(String where, List<SampleFacts> images) {
      if (images.size() < LEAST_IMAGES) {
        return Optional.empty();
      }
      List<float[]> targets = targets(images);
      boolean several = manifest.multiLabel();
      return Optional.of(
          new DatasetReport.Row(
              where,
              images.size(),
              background.accuracy(values(images, SampleFacts::background), targets, several),
              foreground.accuracy(values(images, SampleFacts::foreground), targets, several)));
    }

    private static List<float[]> values(
        List<SampleFacts> images, Function<SampleFacts, Optional<float[]>> part) {
      return images.stream().map(each -> part.apply(each).orElseThrow()).toList();
    }

    private List<float[]> targets(List<SampleFacts> images) {
      List<float[]> targets = new ArrayList<>();
      for (SampleFacts each : images) {
        float[] row = new float[manifest.classes().size()];
        for (int k = 0; k < row.length; k++) {
          row[k] = each.sample().labels().contains(manifest.classes().get(k)) ? 1 : 0;
        }
        targets.add(row);
      }
      return targets;
    }
  }

  /** A sentence where some images' classes can be told from their backgrounds. */
  static Optional<String> warning(DatasetReport.Probe probe) {
    List<DatasetReport.Row> suspicious = new ArrayList<>();
    for (DatasetReport.Row row : probe.rows()) {
      if (row.background() > probe.chance() + ABOVE_CHANCE
          && row.background() > row.foreground() - NEAR_FOREGROUND) {
        suspicious.add(row);
      }
    }
    return suspicious.stream()
        .findFirst()
        .map(
            row ->
                "The background tells the classes: a linear model on thumbnails reaches %.2f from the"
                        .formatted(row.background())
                    + " background alone and %.2f from the foreground (%s, %d images; guessing %.2f)."
                        .formatted(row.foreground(), row.where(), row.images(), probe.chance()));
  }
}

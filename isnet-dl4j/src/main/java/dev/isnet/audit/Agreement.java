package dev.isnet.audit;

import dev.isnet.evaluate.Bootstrap;
import dev.isnet.evaluate.ConfusionMatrix;
import dev.isnet.evaluate.Estimate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** How far truth and decision agree beyond chance, by Cohen's kappa. */
final class Agreement {

  private Agreement() {}

  /** (p_o − p_e) / (1 − p_e): the share of agreement against that of chance; NaN for one class. */
  static double kappa(int[] truth, int[] said, int categories, int[] drawn) {
    double[] ofTruth = new double[categories];
    double[] ofSaid = new double[categories];
    double agreed = 0;
    for (int i : drawn) {
      ofTruth[truth[i]]++;
      ofSaid[said[i]]++;
      agreed += truth[i] == said[i] ? 1 : 0;
    }
    double byChance = 0;
    for (int k = 0; k < categories; k++) {
      byChance += ofTruth[k] * ofSaid[k] / drawn.length / drawn.length;
    }
    return (agreed / drawn.length - byChance) / (1 - byChance);
  }

  /**
   * Kappa of single labels; nothing if all images are of one class.
   *
   * @param bootstrap of the images
   */
  static Optional<Estimate> of(int[] truth, int[] said, int classes, Bootstrap bootstrap) {
    return Arrays.stream(truth).distinct().count() < 2
        ? Optional.empty()
        : Optional.of(bootstrap.interval(drawn -> kappa(truth, said, classes, drawn)));
  }

  /** One label of several: 1 for yes, 0 for no, of the images of which it is known. */
  private record Answers(int[] truth, int[] said, boolean[] known) {

    static Answers of(List<ImageAudit> images, int k) {
      return new Answers(
          images.stream().mapToInt(image -> image.truth().contains(k) ? 1 : 0).toArray(),
          images.stream()
              .mapToInt(image -> image.decision().classes().contains(k) ? 1 : 0)
              .toArray(),
          Agreement.known(images, k));
    }

    int[] among(int[] drawn) {
      return Arrays.stream(drawn).filter(i -> known[i]).toArray();
    }

    double kappa(int[] drawn) {
      return Agreement.kappa(truth, said, 2, among(drawn));
    }

    boolean mixed() {
      return Arrays.stream(all()).map(i -> truth[i]).distinct().count() == 2;
    }

    int[] all() {
      return among(IntStream.range(0, truth.length).toArray());
    }
  }

  static boolean[] known(List<ImageAudit> images, int k) {
    boolean[] known = new boolean[images.size()];
    for (int i = 0; i < known.length; i++) {
      known[i] = !images.get(i).unknown().contains(k);
    }
    return known;
  }

  /** The mean kappa of several labels; nothing if each is had by all images or none. */
  static Optional<Estimate> ofLabels(List<ImageAudit> images, int labels, Bootstrap bootstrap) {
    List<Answers> mixed =
        IntStream.range(0, labels)
            .mapToObj(k -> Answers.of(images, k))
            .filter(Answers::mixed)
            .toList();
    return mixed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            bootstrap.interval(
                drawn ->
                    mixed.stream()
                        .mapToDouble(answers -> answers.kappa(drawn))
                        .filter(Double::isFinite)
                        .average()
                        .orElse(Double.NaN)));
  }

  /** Each of several labels by itself; those of which nothing is known are left out. */
  static List<LabelResult> labels(
      List<ImageAudit> images, List<String> names, List<String> patients, Bootstrap bootstrap) {
    return IntStream.range(0, names.size())
        .mapToObj(k -> label(Answers.of(images, k), names.get(k), patients, bootstrap))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<LabelResult> label(
      Answers answers, String name, List<String> patients, Bootstrap bootstrap) {
    int[] known = answers.all();
    if (known.length == 0) {
      return Optional.empty();
    }
    boolean[] right = new boolean[known.length];
    for (int i = 0; i < known.length; i++) {
      right[i] = answers.truth()[known[i]] == answers.said()[known[i]];
    }
    ConfusionMatrix counts =
        ConfusionMatrix.of(
            Arrays.stream(known).map(i -> answers.truth()[i]).toArray(),
            Arrays.stream(known).map(i -> answers.said()[i]).toArray(),
            List.of("no", "yes"));
    return Optional.of(
        new LabelResult(
            name,
            known.length,
            (int) counts.support(1),
            Estimate.ofGroupedRate(right, Arrays.stream(known).mapToObj(patients::get).toList()),
            counts.perClass().get(1).f1(),
            answers.mixed() ? Optional.of(bootstrap.interval(answers::kappa)) : Optional.empty()));
  }
}

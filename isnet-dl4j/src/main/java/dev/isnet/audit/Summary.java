package dev.isnet.audit;

import dev.isnet.evaluate.AttributionSummary;
import dev.isnet.evaluate.Bootstrap;
import dev.isnet.evaluate.ClassMetrics;
import dev.isnet.evaluate.ConfusionMatrix;
import dev.isnet.evaluate.DecisionFlips;
import dev.isnet.evaluate.Estimate;
import dev.isnet.evaluate.GroupResults;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Sums up what was found about each image. */
final class Summary {
  /** The group of images whose source is not known, beside others. */
  private static final String UNKNOWN = "(unknown)";

  private final AuditedNetwork audited;
  private final AuditPlan plan;
  private final List<ImageAudit> images;

  private Summary(AuditedNetwork audited, AuditPlan plan, List<ImageAudit> images) {
    this.audited = audited;
    this.plan = plan;
    this.images = images;
  }

  static AuditResult of(
      AuditedNetwork audited,
      AuditPlan plan,
      List<ImageAudit> images,
      Supplier<AuditResult.Trust> trust,
      List<AuditResult.WorstImage> worst) {
    Summary all = new Summary(audited, plan, images);
    List<ImageAudit> counted =
        images.stream().filter(image -> image.background().isPresent()).toList();
    return new AuditResult(
        images,
        Estimate.ofRate(images.stream().filter(ImageAudit::right).count(), images.size()),
        all.macroF1(),
        all.kappa(),
        all.groups(),
        counted.isEmpty()
            ? Optional.empty()
            : Optional.of(new Summary(audited, plan, counted).background(trust.get(), worst)));
  }

  private OptionalDouble macroF1() {
    return audited.multiLabel()
        ? OptionalDouble.empty()
        : ConfusionMatrix.of(truth(), decided(), audited.classes()).perClass().stream()
            .filter(metrics -> metrics.support() > 0)
            .mapToDouble(ClassMetrics::f1)
            .average();
  }

  private Optional<Estimate> kappa() {
    List<List<Integer>> categories =
        images.stream()
            .flatMap(image -> Stream.of(image.truth(), image.decision().classes()))
            .distinct()
            .toList();
    int[] truth = images.stream().mapToInt(i -> categories.indexOf(i.truth())).toArray();
    int[] said =
        images.stream().mapToInt(i -> categories.indexOf(i.decision().classes())).toArray();
    return categories.size() < 2
        ? Optional.empty()
        : Optional.of(
            Bootstrap.byPatient(truth, patients(), plan.replicates(), plan.seed())
                .interval(drawn -> kappa(truth, said, categories.size(), drawn)));
  }

  /** (p_o − p_e) / (1 − p_e): the share of agreement against that of chance. */
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

  private int[] truth() {
    return images.stream().mapToInt(Summary::truth).toArray();
  }

  private int[] decided() {
    return images.stream().mapToInt(image -> image.decision().explained()).toArray();
  }

  /** The first of its classes; −1 for none. */
  private static int truth(ImageAudit image) {
    return image.truth().isEmpty() ? -1 : image.truth().get(0);
  }

  private Optional<GroupResults> groups() {
    if (images.stream().allMatch(image -> image.source().isEmpty())) {
      return Optional.empty();
    }
    List<String> groupOf = images.stream().map(image -> image.source().orElse(UNKNOWN)).toList();
    if (!audited.multiLabel()) {
      return Optional.of(GroupResults.of(truth(), decided(), groupOf, audited.classes()));
    }
    boolean[] right = new boolean[images.size()];
    for (int i = 0; i < right.length; i++) {
      right[i] = images.get(i).right();
    }
    return Optional.of(GroupResults.of(right, groupOf));
  }

  private AuditResult.Background background(
      AuditResult.Trust trust, List<AuditResult.WorstImage> worst) {
    AttributionSummary attention =
        AttributionSummary.of(
            images.stream().map(image -> image.background().orElseThrow().scores()).toList(),
            truth(),
            patients(),
            audited.classes(),
            plan.replicates(),
            plan.seed());
    Map<Replacement, DecisionFlips> flips = new EnumMap<>(Replacement.class);
    for (Replacement replacement : Replacement.values()) {
      List<ImageAudit> changed =
          images.stream().filter(image -> image.after(replacement).isPresent()).toList();
      if (!changed.isEmpty()) {
        flips.put(replacement, new Summary(audited, plan, changed).flips(replacement));
      }
    }
    return new AuditResult.Background(
        images.stream().mapToDouble(i -> i.background().orElseThrow().area()).average().orElse(0),
        attention,
        flips,
        followed(),
        trust,
        worst);
  }

  /** An image of an unknown patient is one of its own. */
  private List<String> patients() {
    return IntStream.range(0, images.size())
        .mapToObj(i -> images.get(i).patient().map(p -> "=" + p).orElse("#" + i))
        .toList();
  }

  private DecisionFlips flips(Replacement replacement) {
    boolean[] flipped = new boolean[images.size()];
    double[] change = new double[images.size()];
    for (int i = 0; i < flipped.length; i++) {
      ImageAudit image = images.get(i);
      flipped[i] = image.flips(replacement);
      change[i] =
          image.after(replacement).orElseThrow().probability() - image.decision().probability();
    }
    return DecisionFlips.of(
        flipped, change, truth(), patients(), audited.classes(), plan.replicates(), plan.seed());
  }

  private Optional<Estimate> followed() {
    List<ImageAudit.After> flipped =
        images.stream()
            .filter(image -> image.flips(Replacement.ANOTHER))
            .map(image -> image.after(Replacement.ANOTHER).orElseThrow())
            .toList();
    return flipped.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Estimate.ofRate(
                flipped.stream()
                    .filter(after -> after.decision().classes().contains(after.donor().orElse(-1)))
                    .count(),
                flipped.size()));
  }
}

package dev.isnet.audit;

import dev.isnet.evaluate.AttributionScores;
import dev.isnet.evaluate.AttributionSummary;
import dev.isnet.evaluate.Bootstrap;
import dev.isnet.evaluate.ClassMetrics;
import dev.isnet.evaluate.ConfusionMatrix;
import dev.isnet.evaluate.DecisionFlips;
import dev.isnet.evaluate.Estimate;
import dev.isnet.evaluate.GroupResults;
import dev.isnet.evaluate.Patients;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.function.Supplier;

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
      AuditHeatmaps heatmaps,
      List<ImageAudit> images,
      Supplier<Optional<AuditResult.Trust>> trust,
      List<AuditResult.WorstImage> worst) {
    Summary all = new Summary(audited, plan, images);
    List<ImageAudit> counted =
        images.stream().filter(image -> image.background().isPresent()).toList();
    return new AuditResult(
        heatmaps,
        images,
        all.rate(ImageAudit::right),
        all.macroF1(),
        all.kappa(),
        all.labels(),
        all.groups(),
        counted.isEmpty()
            ? Optional.empty()
            : Optional.of(new Summary(audited, plan, counted).background(trust.get(), worst)));
  }

  private Estimate rate(Predicate<ImageAudit> happened) {
    return rate(images, patients(), happened);
  }

  private static Estimate rate(
      List<ImageAudit> images, List<String> patients, Predicate<ImageAudit> happened) {
    boolean[] flags = new boolean[images.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = happened.test(images.get(i));
    }
    return Estimate.ofGroupedRate(flags, patients);
  }

  private OptionalDouble macroF1() {
    return audited.multiLabel()
        ? labels().stream()
            .filter(label -> label.having() > 0)
            .mapToDouble(LabelResult::f1)
            .average()
        : ConfusionMatrix.of(truth(), decided(), audited.classes()).perClass().stream()
            .filter(metrics -> metrics.support() > 0)
            .mapToDouble(ClassMetrics::f1)
            .average();
  }

  private Optional<Estimate> kappa() {
    return audited.multiLabel()
        ? Agreement.ofLabels(images, audited.classes().size(), bootstrap())
        : Agreement.of(truth(), decided(), audited.classes().size(), bootstrap());
  }

  private List<LabelResult> labels() {
    return audited.multiLabel()
        ? Agreement.labels(images, audited.classes(), patients(), bootstrap())
        : List.of();
  }

  /** Within what the images are grouped by, and by patient. */
  private Bootstrap bootstrap() {
    return Bootstrap.byPatient(strata(), patients(), plan.replicates(), plan.seed());
  }

  /** The true class; with several labels the one whose map there is. */
  private int[] strata() {
    return audited.multiLabel() ? decided() : truth();
  }

  private int[] truth() {
    return images.stream().mapToInt(Summary::truth).toArray();
  }

  private int[] decided() {
    return images.stream().mapToInt(image -> image.decision().explained()).toArray();
  }

  /** Its class, where each image has one. */
  private static int truth(ImageAudit image) {
    return image.truth().get(0);
  }

  private Optional<GroupResults> groups() {
    if (images.stream().allMatch(image -> image.source().isEmpty())) {
      return Optional.empty();
    }
    List<String> groupOf = images.stream().map(image -> image.source().orElse(UNKNOWN)).toList();
    if (!audited.multiLabel()) {
      return Optional.of(
          GroupResults.of(truth(), decided(), groupOf, patients(), audited.classes()));
    }
    boolean[] right = new boolean[images.size()];
    for (int i = 0; i < right.length; i++) {
      right[i] = images.get(i).right();
    }
    return Optional.of(GroupResults.of(right, groupOf, patients()));
  }

  private AuditResult.Background background(
      Optional<AuditResult.Trust> trust, List<AuditResult.WorstImage> worst) {
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
        attention(),
        flips,
        followed(),
        trust,
        worst);
  }

  private Optional<AttributionSummary> attention() {
    List<AttributionScores> scores =
        images.stream()
            .flatMap(image -> image.background().orElseThrow().scores().stream())
            .toList();
    return scores.isEmpty()
        ? Optional.empty()
        : Optional.of(
            AttributionSummary.of(
                scores, strata(), patients(), audited.classes(), plan.replicates(), plan.seed()));
  }

  private List<String> patients() {
    return Patients.of(images.stream().map(ImageAudit::patient).toList());
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
    if (!audited.multiLabel()) {
      return DecisionFlips.of(
          flipped, change, truth(), patients(), audited.classes(), plan.replicates(), plan.seed());
    }
    int labels = audited.classes().size();
    boolean[][] ofLabel = new boolean[labels][images.size()];
    boolean[][] known = new boolean[labels][];
    for (int k = 0; k < labels; k++) {
      known[k] = Agreement.known(images, k);
      for (int i = 0; i < images.size(); i++) {
        ofLabel[k][i] = images.get(i).flips(replacement, k);
      }
    }
    return DecisionFlips.ofLabels(
        ofLabel,
        known,
        change,
        strata(),
        patients(),
        audited.classes(),
        plan.replicates(),
        plan.seed());
  }

  private Optional<Estimate> followed() {
    List<ImageAudit> flipped =
        images.stream().filter(image -> image.flips(Replacement.ANOTHER)).toList();
    return flipped.isEmpty()
        ? Optional.empty()
        : Optional.of(
            rate(
                flipped,
                Patients.of(flipped.stream().map(ImageAudit::patient).toList()),
                image -> {
                  ImageAudit.After after = image.after(Replacement.ANOTHER).orElseThrow();
                  return after.decision().classes().contains(after.donor().orElse(-1));
                }));
  }
}

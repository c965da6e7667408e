package dev.isnet.audit;

import dev.isnet.data.BatchIterator;
import dev.isnet.data.DatasetCheck;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ImageSize;
import dev.isnet.data.ImageStore;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImages;
import dev.isnet.data.Pixels;
import dev.isnet.data.Sample;
import dev.isnet.data.Seeds;
import dev.isnet.data.Split;
import dev.isnet.data.bias.Donors;
import dev.isnet.evaluate.AttributionScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An audit: every image of a split is classified; of those with a mask the decision is explained,
 * where that is possible, and taken again before other backgrounds. Images stream through: in
 * memory are a few batches, the donors of backgrounds, and the images that are studied or shown.
 */
public final class Audit {
  // What a derived seed is for.
  private static final long DONORS = 1;
  private static final long NOISE = 2;
  private static final long STUDIED = 3;

  /** Donors that are kept in memory, over all classes, and of each class. */
  private static final int MOST_DONORS = 256;

  private static final int DONORS_PER_CLASS = 16;

  private final AuditedNetwork audited;
  private final AuditPlan plan;
  private final List<Sample> samples;
  private final ImageStore store;
  private final DatasetCheck.Progress progress;
  private final NetworkRunner runner;
  private final Donors donors;
  private final Set<Integer> chosen;

  private final List<ImageAudit> images = new ArrayList<>();
  private final List<Study.Studied> studied = new ArrayList<>();
  private final PriorityQueue<AuditResult.WorstImage> worst =
      new PriorityQueue<>(Comparator.comparingDouble(image -> image.audit().badness()));

  private Audit(
      AuditedNetwork audited,
      DatasetManifest manifest,
      Split split,
      AuditPlan plan,
      DatasetCheck.Progress progress,
      NetworkRunner runner) {
    this.audited = audited;
    this.plan = plan;
    this.samples = manifest.split(split);
    this.store = ImageStore.of(manifest, split, audited.size());
    this.progress = progress;
    this.runner = runner;
    List<Integer> masked = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      if (!samples.get(i).masks().isEmpty()) {
        masked.add(i);
      }
    }
    int perClass = Math.max(1, Math.min(DONORS_PER_CLASS, MOST_DONORS / audited.classes().size()));
    this.donors = Donors.draw(store, masked, perClass, Seeds.derive(plan.seed(), DONORS));
    Collections.shuffle(masked, new Random(Seeds.derive(plan.seed(), STUDIED)));
    this.chosen =
        masked.stream()
            .filter(i -> area(store.load(i)) > 0)
            .limit(plan.studied())
            .collect(Collectors.toSet());
  }

  /**
   * Audits.
   *
   * @param audited the network
   * @param manifest the images, with the network's classes
   * @param split which of them
   * @param plan how much is done
   * @param progress is told how many images are seen, and then studied
   * @return what was found
   * @throws dev.isnet.data.InputException if an image cannot be read, or a label is none of the
   *     network's classes
   */
  public static AuditResult run(
      AuditedNetwork audited,
      DatasetManifest manifest,
      Split split,
      AuditPlan plan,
      DatasetCheck.Progress progress) {
    try (NetworkRunner runner = new NetworkRunner(audited, plan.batch())) {
      Audit audit = new Audit(audited, manifest, split, plan, progress, runner);
      audit.look();
      return Summary.of(
          audited, plan, runner.heatmaps(), audit.images, audit::trust, audit.worst());
    }
  }

  private Optional<AuditResult.Trust> trust() {
    return studied.isEmpty()
        ? Optional.empty()
        : Optional.of(new Study(plan, runner).of(studied, this::studiedOf));
  }

  private void studiedOf(int done) {
    progress.at(samples.size() + done, samples.size() + chosen.size());
  }

  private List<AuditResult.WorstImage> worst() {
    List<AuditResult.WorstImage> sorted = new ArrayList<>(worst);
    sorted.sort(
        Comparator.comparingDouble((AuditResult.WorstImage image) -> -image.audit().badness()));
    return sorted;
  }

  private void look() {
    MaskedImages source =
        MaskedImages.builder(store)
            .optBatch(plan.batch())
            .optThreads(plan.threads())
            .optCacheBytes(0)
            .build();
    try (BatchIterator batches = source.epoch(0)) {
      while (batches.hasNext()) {
        try (MaskedBatch batch = batches.next()) {
          look(pixels(batch));
        }
        progress.at(images.size(), samples.size() + chosen.size());
      }
    }
  }

  private List<Pixels> pixels(MaskedBatch batch) {
    ImageSize size = audited.size();
    float[] values = batch.images().data().asFloat();
    float[] masks = batch.masks().data().asFloat();
    List<Pixels> pixels = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      Optional<boolean[]> mask = Optional.empty();
      if (batch.hasMask()[i]) {
        boolean[] foreground = new boolean[size.area()];
        for (int j = 0; j < foreground.length; j++) {
          foreground[j] = masks[i * size.area() + j] > 0;
        }
        mask = Optional.of(foreground);
      }
      float[] image = Arrays.copyOfRange(values, i * size.values(), (i + 1) * size.values());
      pixels.add(new Pixels(size, image, mask));
    }
    return pixels;
  }

  private void look(List<Pixels> batch) {
    int first = images.size();
    double[][] logits = runner.logits(batch.stream().map(Pixels::image).toList());
    List<Decision> decisions =
        Arrays.stream(logits)
            .map(row -> Decision.of(runner.probabilities(row), audited.multiLabel()))
            .toList();
    int[] counted = IntStream.range(0, batch.size()).filter(i -> area(batch.get(i)) > 0).toArray();
    List<Pixels> masked = Arrays.stream(counted).mapToObj(batch::get).toList();
    int[] explained = Arrays.stream(counted).map(i -> decisions.get(i).explained()).toArray();
    Optional<float[][]> maps =
        runner.relevance(masked.stream().map(Pixels::image).toList(), explained);
    List<Map<Replacement, ImageAudit.After>> after =
        after(masked, Arrays.stream(counted).map(i -> first + i).toArray(), explained);
    int next = 0;
    for (int i = 0; i < batch.size(); i++) {
      if (next < counted.length && counted[next] == i) {
        Pixels pixels = batch.get(i);
        int at = next;
        Optional<float[]> map = maps.map(all -> all[at]);
        Optional<AttributionScores> scores =
            map.map(
                own ->
                    AttributionScores.of(own, pixels.mask().orElseThrow(), audited.size().width()));
        ImageAudit audit =
            image(
                first + i,
                decisions.get(i),
                Optional.of(new ImageAudit.Background(area(pixels), scores, after.get(next))));
        images.add(audit);
        double logit = runner.logit(logits[i], explained[next]);
        keep(new AuditResult.WorstImage(audit, pixels, map, logit), first + i);
        next++;
      } else {
        images.add(image(first + i, decisions.get(i), Optional.empty()));
      }
    }
  }

  private void keep(AuditResult.WorstImage image, int index) {
    worst.add(image);
    if (worst.size() > plan.worst()) {
      worst.poll();
    }
    if (chosen.contains(index) && image.relevance().isPresent()) {
      int explained = image.audit().decision().explained();
      studied.add(
          new Study.Studied(
              image.pixels(),
              image.relevance().get(),
              explained,
              image.logit(),
              image.audit().patient().map(patient -> "=" + patient).orElse("#" + index)));
    }
  }

  private ImageAudit image(
      int index, Decision decision, Optional<ImageAudit.Background> background) {
    Sample sample = samples.get(index);
    float[] targets = store.targets(index);
    return new ImageAudit(
        store.name(index),
        IntStream.range(0, targets.length).filter(k -> targets[k] > 0).boxed().toList(),
        IntStream.range(0, targets.length).filter(k -> targets[k] < 0).boxed().toList(),
        sample.source(),
        sample.patient(),
        decision,
        background);
  }

  private List<Map<Replacement, ImageAudit.After>> after(
      List<Pixels> masked, int[] indices, int[] explained) {
    List<Map<Replacement, ImageAudit.After>> all = new ArrayList<>();
    masked.forEach(pixels -> all.add(new EnumMap<>(Replacement.class)));
    for (Replacement replacement : Replacement.values()) {
      List<Integer> made = new ArrayList<>();
      List<Replacement.Changed> changed = new ArrayList<>();
      for (int i = 0; i < indices.length; i++) {
        int position = i;
        replacement
            .of(
                masked.get(i),
                indices[i],
                store.label(indices[i]),
                donors,
                Seeds.derive(plan.seed(), NOISE))
            .ifPresent(
                found -> {
                  made.add(position);
                  changed.add(found);
                });
      }
      double[][] probabilities =
          runner.probabilities(changed.stream().map(c -> c.pixels().image()).toList());
      for (int j = 0; j < probabilities.length; j++) {
        int i = made.get(j);
        all.get(i)
            .put(
                replacement,
                new ImageAudit.After(
                    Decision.of(probabilities[j], audited.multiLabel()),
                    probabilities[j][explained[i]],
                    changed.get(j).donor()));
      }
    }
    return all;
  }

  /** The background's share of the image; 0 where it has none, or no mask says. */
  private static double area(Pixels pixels) {
    if (pixels.mask().isEmpty()) {
      return 0;
    }
    int background = 0;
    for (boolean foreground : pixels.mask().get()) {
      background += foreground ? 0 : 1;
    }
    return (double) background / pixels.size().area();
  }
}

package dev.isnet.train;

import dev.isnet.graph.Backpropagation;
import dev.isnet.graph.Twin;
import dev.isnet.graph.op.MaskPooling;
import dev.isnet.graph.op.TwinOp;
import dev.isnet.loss.ClassificationLossOp;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.loss.HeatmapLossOp;
import dev.isnet.loss.LayerRanks;
import dev.isnet.loss.SegmentationLossOp;
import dev.isnet.relevance.Heatmaps;
import dev.isnet.relevance.Variant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** A twin with an objective and, in training, its backward pass: the graph of one step. */
final class LossTwin {

  static final String LABELS = "labels";
  static final String WEIGHTS = "weights";
  static final String MASKS = "masks";
  static final String COUNTED = "counted";
  static final String CLASSIFICATION_WEIGHT = "classificationWeight";
  static final String HEATMAP_WEIGHT = "heatmapWeight";

  private final Twin twin;
  private final boolean training;
  private final boolean classMasks;
  private final TwinOp outputLoss; // of what the network says: classes or masks
  private final Backpropagation backward;
  private final int forwardEnd;
  private final List<List<HeatmapLossOp>> heatmapLosses = new ArrayList<>(); // by layer
  private Optional<LayerRanks> ranks = Optional.empty();

  /**
   * Builds the graph.
   *
   * @param twin a fresh twin
   * @param objective what is minimised
   * @param classes K
   * @param chunk largest number of maps that are made together
   * @param classMasks whether there is a mask for each class; only where each map is of a class
   */
  LossTwin(
      Twin twin, Twin.Mode mode, Objective objective, int classes, int chunk, boolean classMasks) {
    this.twin = twin;
    this.classMasks = classMasks;
    training = mode == Twin.Mode.TRAINING;
    backward = twin.backpropagation();
    forwardEnd = backward.mark();
    outputLoss =
        objective instanceof Objective.Segmentation
            ? segmentation()
            : classification(objective, classes, chunk);
    if (training) {
      backward.seed(twin.logits(), outputLoss.out(0));
      backward.differentiate(0, forwardEnd);
    }
  }

  private TwinOp segmentation() {
    SameDiff graph = twin.graph();
    return new SegmentationLossOp(
        twin.logits(),
        graph.placeHolder(MASKS, twin.type(), -1, 1, -1, -1),
        graph.placeHolder(COUNTED, twin.type(), -1));
  }

  private TwinOp classification(Objective objective, int classes, int chunk) {
    SameDiff graph = twin.graph();
    SDVariable labels = graph.placeHolder(LABELS, twin.type(), -1, -1);
    SDVariable weights = graph.placeHolder(WEIGHTS, twin.type(), -1, -1);
    SDVariable weight = graph.placeHolder(CLASSIFICATION_WEIGHT, twin.type(), 1);
    if (objective instanceof Objective.Isnet isnet) {
      heatmaps(isnet, classes, chunk);
    }
    return new ClassificationLossOp(twin.output(), twin.logits(), labels, weights, weight);
  }

  /**
   * Adds the passes one after the other, each with its backward operations right behind it, so that
   * its memory is free for the next one. With deep supervision all losses must be known before the
   * first gradient is.
   */
  private void heatmaps(Objective.Isnet isnet, int classes, int chunk) {
    SameDiff graph = twin.graph();
    SDVariable masks = graph.placeHolder(MASKS, twin.type(), -1, classMasks ? classes : 1, -1, -1);
    SDVariable counted = graph.placeHolder(COUNTED, twin.type(), -1);
    SDVariable weight = graph.placeHolder(HEATMAP_WEIGHT, twin.type(), 1);
    List<String> hidden = isnet.deep().layers().keySet().stream().sorted().toList();
    double all = isnet.variant().maps(classes);
    List<Variant.Group> groups =
        isnet.variant().groups(twin, isnet.rules(), classes, chunk, hidden);
    List<List<SDVariable>> maps = new ArrayList<>();
    for (int layer = 0; layer <= hidden.size(); layer++) {
      heatmapLosses.add(new ArrayList<>());
      maps.add(new ArrayList<>());
    }
    int first = 0;
    for (Variant.Group group : groups) {
      int start = backward.mark();
      Heatmaps made = group.build().get();
      double share = group.maps() / all;
      heatmapLosses
          .get(0)
          .add(
              new HeatmapLossOp(isnet.loss(), share, first, made.pixels(), masks, counted, weight));
      maps.get(0).add(made.pixels());
      for (int i = 0; i < hidden.size(); i++) {
        SDVariable map = made.hidden().get(hidden.get(i));
        DeepSupervision.Bounds bounds = isnet.deep().layers().get(hidden.get(i));
        SDVariable pooled = new MaskPooling(masks, map).out(0);
        HeatmapLoss loss = isnet.loss().withBounds(bounds.c1(), bounds.c2());
        heatmapLosses
            .get(i + 1)
            .add(new HeatmapLossOp(loss, share, first, map, pooled, counted, weight));
        maps.get(i + 1).add(map);
      }
      first += group.maps();
      if (training && hidden.isEmpty()) {
        backward.seed(made.pixels(), heatmapLosses.get(0).get(maps.get(0).size() - 1).out(0));
        backward.differentiate(start, backward.mark());
      }
    }
    if (!hidden.isEmpty()) {
      deep(isnet, maps);
    }
  }

  private void deep(Objective.Isnet isnet, List<List<SDVariable>> maps) {
    SDVariable[] terms =
        heatmapLosses.stream()
            .flatMap(List::stream)
            .map(op -> op.out(1))
            .toArray(SDVariable[]::new);
    LayerRanks factors =
        new LayerRanks(isnet.deep().decay(), isnet.loss(), maps.get(0).size(), terms);
    ranks = Optional.of(factors);
    if (training) {
      int end = backward.mark();
      for (int layer = 0; layer < maps.size(); layer++) {
        for (int pass = 0; pass < maps.get(layer).size(); pass++) {
          SDVariable gradient = heatmapLosses.get(layer).get(pass).out(0);
          backward.seed(maps.get(layer).get(pass), factors.weigh(gradient, layer));
        }
      }
      backward.differentiate(forwardEnd, end);
    }
  }

  Twin twin() {
    return twin;
  }

  SDVariable outputTerms() {
    return outputLoss.out(1);
  }

  /** [L1, L2] of every layer's every pass. */
  List<List<SDVariable>> heatmapTerms() {
    return heatmapLosses.stream()
        .map(passes -> passes.stream().map(op -> op.out(1)).toList())
        .toList();
  }

  /** The maps of the pixels of every pass, [mB, C, h, w]. */
  List<SDVariable> heatmaps() {
    return heatmapLosses.get(0).stream().map(op -> op.arg(0)).toList();
  }

  /** One factor for each layer, with deep supervision. */
  Optional<SDVariable> layerFactors() {
    return ranks.map(op -> op.out(0));
  }

  /** The gradients of those parameters that the objective depends on. */
  Map<Twin.Parameter, SDVariable> gradients() {
    Map<Twin.Parameter, SDVariable> gradients = new LinkedHashMap<>();
    if (training) {
      for (Twin.Parameter parameter : twin.parameters()) {
        backward.gradient(parameter.variable()).ifPresent(g -> gradients.put(parameter, g));
      }
    }
    return gradients;
  }

  /** Shapes of the inputs beside the images; −1 stands for the batch's size on that axis. */
  Map<String, long[]> inputs(int classes) {
    Map<String, long[]> inputs = new LinkedHashMap<>();
    boolean segments = outputLoss instanceof SegmentationLossOp;
    if (!segments) {
      inputs.put(LABELS, new long[] {-1, classes});
      inputs.put(WEIGHTS, new long[] {-1, classes});
      inputs.put(CLASSIFICATION_WEIGHT, new long[] {1});
    }
    if (segments || !heatmapLosses.isEmpty()) {
      inputs.put(MASKS, new long[] {-1, classMasks ? classes : 1, -1, -1});
      inputs.put(COUNTED, new long[] {-1});
    }
    if (!heatmapLosses.isEmpty()) {
      inputs.put(HEATMAP_WEIGHT, new long[] {1});
    }
    return inputs;
  }

  /** Names of everything that is read after a step. */
  List<String> outputs() {
    List<String> outputs = new ArrayList<>(List.of(twin.logits().name(), outputTerms().name()));
    heatmapTerms().forEach(passes -> passes.forEach(terms -> outputs.add(terms.name())));
    layerFactors().ifPresent(factors -> outputs.add(factors.name()));
    gradients().values().forEach(gradient -> outputs.add(gradient.name()));
    if (training) {
      twin.statistics().forEach(s -> outputs.addAll(List.of(s.mean().name(), s.variance().name())));
    }
    return outputs;
  }
}

package dev.isnet.train;

import dev.isnet.graph.Backpropagation;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.op.MaskPooling;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.loss.HeatmapLossOp;
import dev.isnet.loss.LayerRanks;
import dev.isnet.relevance.Heatmaps;
import dev.isnet.relevance.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** L_LRP of the ISNet: the heatmap loss on the maps of the pixels and of supervised layers. */
final class HeatmapPenalty implements Penalty {

  private final StepGraph step;
  private final List<List<HeatmapLossOp>> losses = new ArrayList<>(); // by layer, pixels first
  private Optional<LayerRanks> ranks = Optional.empty();

  /**
   * Adds the passes one after the other, each with its backward operations right behind it, so that
   * its memory is free for the next one. With deep supervision all losses must be known before the
   * first gradient is.
   *
   * @param chunk largest number of maps that are made together
   */
  HeatmapPenalty(StepGraph step, Objective.Isnet isnet, int classes, int chunk) {
    this.step = step;
    Backpropagation backward = step.backward();
    SDVariable masks = step.inputs().masks();
    SDVariable counted = step.inputs().counted();
    SDVariable weight = step.inputs().heatmapWeight();
    List<String> hidden = isnet.deep().layers().keySet().stream().sorted().toList();
    double all = isnet.variant().maps(classes);
    List<Variant.Group> groups =
        isnet.variant().groups(step.twin(), isnet.rules(), classes, chunk, hidden);
    List<List<SDVariable>> maps = new ArrayList<>();
    for (int layer = 0; layer <= hidden.size(); layer++) {
      losses.add(new ArrayList<>());
      maps.add(new ArrayList<>());
    }
    int first = 0;
    for (Variant.Group group : groups) {
      int start = backward.mark();
      Heatmaps made = group.build().get();
      double share = group.maps() / all;
      losses
          .get(0)
          .add(
              new HeatmapLossOp(isnet.loss(), share, first, made.pixels(), masks, counted, weight));
      maps.get(0).add(made.pixels());
      for (int i = 0; i < hidden.size(); i++) {
        SDVariable map = made.hidden().get(hidden.get(i));
        DeepSupervision.Bounds bounds = isnet.deep().layers().get(hidden.get(i));
        SDVariable pooled = new MaskPooling(masks, map).out(0);
        HeatmapLoss loss = isnet.loss().withBounds(bounds.c1(), bounds.c2());
        losses.get(i + 1).add(new HeatmapLossOp(loss, share, first, map, pooled, counted, weight));
        maps.get(i + 1).add(map);
      }
      first += group.maps();
      if (step.training() && hidden.isEmpty()) {
        backward.seed(made.pixels(), losses.get(0).get(maps.get(0).size() - 1).out(0));
        backward.differentiate(start, backward.mark());
      }
    }
    if (!hidden.isEmpty()) {
      deep(isnet, maps);
    }
  }

  private void deep(Objective.Isnet isnet, List<List<SDVariable>> maps) {
    SDVariable[] terms =
        losses.stream().flatMap(List::stream).map(op -> op.out(1)).toArray(SDVariable[]::new);
    LayerRanks factors =
        new LayerRanks(isnet.deep().decay(), isnet.loss(), maps.get(0).size(), terms);
    ranks = Optional.of(factors);
    if (step.training()) {
      Backpropagation backward = step.backward();
      int end = backward.mark();
      for (int layer = 0; layer < maps.size(); layer++) {
        for (int pass = 0; pass < maps.get(layer).size(); pass++) {
          SDVariable gradient = losses.get(layer).get(pass).out(0);
          backward.seed(maps.get(layer).get(pass), factors.weigh(gradient, layer));
        }
      }
      backward.differentiate(step.forwardEnd(), end);
    }
  }

  /** The maps of the pixels of every pass, [mB, C, h, w]. */
  List<SDVariable> maps() {
    return losses.get(0).stream().map(op -> op.arg(0)).toList();
  }

  /** [L1, L2] of every layer's every pass. */
  List<List<SDVariable>> layerTerms() {
    return losses.stream().map(passes -> passes.stream().map(op -> op.out(1)).toList()).toList();
  }

  @Override
  public List<String> outputs() {
    List<String> outputs = new ArrayList<>();
    layerTerms().forEach(passes -> passes.forEach(terms -> outputs.add(terms.name())));
    ranks.ifPresent(op -> outputs.add(op.out(0).name()));
    return outputs;
  }

  @Override
  public LossGraph.Terms terms(double classification, CompiledGraph graph) {
    List<List<SDVariable>> layers = layerTerms();
    double background = 0;
    double foreground = 0;
    for (int layer = 0; layer < layers.size(); layer++) {
      int at = layer;
      double factor = ranks.map(op -> graph.array(op.out(0).name()).getDouble(at)).orElse(1.0);
      for (SDVariable pass : layers.get(layer)) {
        INDArray terms = graph.array(pass.name());
        background += factor * terms.getDouble(0);
        foreground += factor * terms.getDouble(1);
      }
    }
    return new LossGraph.Terms(classification, background, foreground);
  }
}

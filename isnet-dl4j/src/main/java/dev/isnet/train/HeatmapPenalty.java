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
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** L_LRP of the ISNet: the heatmap loss on the maps of the pixels and of supervised layers. */
final class HeatmapPenalty implements Penalty {

  private final StepGraph step;
  private final Objective.Isnet isnet;
  private final List<String> hidden;
  private final List<Variant.Group> groups;
  private final double all; // maps an image
  private final List<Pass> passes = new ArrayList<>();
  private Optional<LayerRanks> ranks = Optional.empty();

  /**
   * The losses of the maps that were made together.
   *
   * @param start the pass's first operation
   * @param end the one after its last
   * @param losses by layer, the pixels first
   */
  private record Pass(int start, int end, List<HeatmapLossOp> losses) {}

  /**
   * Adds the passes one after the other, each with its backward operations right behind it, so that
   * its memory is free for the next one.
   *
   * @param chunk largest number of maps that are made together
   */
  HeatmapPenalty(StepGraph step, Objective.Isnet isnet, int classes, int chunk) {
    this.step = step;
    this.isnet = isnet;
    hidden = isnet.deep().layers().keySet().stream().sorted().toList();
    groups = isnet.variant().groups(step.twin(), isnet.rules(), classes, chunk, hidden);
    all = isnet.variant().maps(classes);
    if (hidden.isEmpty()) {
      eachGroup(
          pass -> {
            passes.add(pass);
            backward(pass, (gradient, layer) -> gradient);
          });
    } else {
      deep();
    }
  }

  /**
   * With deep supervision the losses of all maps must be known before the first gradient is. Maps
   * that are made in groups to save memory are therefore made twice: for their losses, and once
   * more for their gradients.
   */
  private void deep() {
    eachGroup(passes::add);
    SDVariable[] terms = layerTerms().stream().flatMap(List::stream).toArray(SDVariable[]::new);
    LayerRanks factors = new LayerRanks(isnet.deep().decay(), isnet.loss(), passes.size(), terms);
    ranks = Optional.of(factors);
    if (isnet.variant() == Variant.ORIGINAL && groups.size() > 1 && step.training()) {
      eachGroup(pass -> backward(pass, factors::weigh));
    } else {
      for (int last = passes.size() - 1; last >= 0; last--) {
        backward(passes.get(last), factors::weigh);
      }
    }
  }

  private void eachGroup(Consumer<Pass> use) {
    int first = 0;
    for (Variant.Group group : groups) {
      int start = step.backward().mark();
      Heatmaps made = group.build().get();
      double share = group.maps() / all;
      List<HeatmapLossOp> losses = new ArrayList<>();
      losses.add(loss(isnet.loss(), share, first, made.pixels(), step.inputs().masks()));
      for (String layer : hidden) {
        SDVariable map = made.hidden().get(layer);
        DeepSupervision.Bounds bounds = isnet.deep().layers().get(layer);
        SDVariable masks = new MaskPooling(step.inputs().masks(), map).out(0);
        losses.add(
            loss(isnet.loss().withBounds(bounds.c1(), bounds.c2()), share, first, map, masks));
      }
      use.accept(new Pass(start, step.backward().mark(), losses));
      first += group.maps();
    }
  }

  private HeatmapLossOp loss(
      HeatmapLoss loss, double share, int first, SDVariable maps, SDVariable masks) {
    StepInputs in = step.inputs();
    return new HeatmapLossOp(loss, share, first, maps, masks, in.counted(), in.heatmapWeight());
  }

  /** What a layer's gradient counts. */
  private interface Weighing {
    SDVariable of(SDVariable gradient, int layer);
  }

  private void backward(Pass pass, Weighing weighing) {
    if (!step.training()) {
      return;
    }
    Backpropagation backward = step.backward();
    for (int layer = 0; layer < pass.losses().size(); layer++) {
      HeatmapLossOp loss = pass.losses().get(layer);
      backward.seed(loss.arg(0), weighing.of(loss.out(0), layer));
    }
    backward.differentiate(pass.start(), pass.end());
  }

  /** The maps of the pixels of every pass, [mB, C, h, w]. */
  List<SDVariable> maps() {
    return passes.stream().map(pass -> pass.losses().get(0).arg(0)).toList();
  }

  /** [L1, L2] of every layer's every pass. */
  List<List<SDVariable>> layerTerms() {
    return IntStream.rangeClosed(0, hidden.size())
        .mapToObj(layer -> passes.stream().map(pass -> pass.losses().get(layer).out(1)).toList())
        .toList();
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

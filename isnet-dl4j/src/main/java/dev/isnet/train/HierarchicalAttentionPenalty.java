package dev.isnet.train;

import dev.isnet.data.InputException;
import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Twin;
import dev.isnet.graph.TwinNode;
import dev.isnet.graph.op.Convolution;
import dev.isnet.graph.op.Relu;
import dev.isnet.graph.op.View;
import dev.isnet.graph.op.Window;
import dev.isnet.loss.AnomalyLossOp;
import dev.isnet.loss.HierarchicalAttentionLossOp;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What hierarchical attention mining adds to the classification loss: whether there is anything to
 * find, and that the maps of the classes, of the anomaly and of the masks lie within each other. A
 * map is ReLU(W·F), W a head's weights as constants, F the features before they are pooled.
 */
final class HierarchicalAttentionPenalty implements Penalty {

  private final Objective.Ham objective;
  private final AnomalyLossOp anomaly;
  private final HierarchicalAttentionLossOp attention;

  HierarchicalAttentionPenalty(StepGraph step, Objective.Ham objective) {
    this.objective = objective;
    Twin twin = step.twin();
    TwinNode.Dense ofAnomaly = head(twin.anomaly().orElseThrow(this::unfit));
    TwinNode.Dense ofClasses = head(twin.last());
    SDVariable features = features(ofClasses);
    SDVariable classMaps = maps(ofClasses, features);
    SDVariable anomalyMap = maps(ofAnomaly, features);
    StepInputs in = step.inputs();
    anomaly = new AnomalyLossOp(objective.anomaly(), ofAnomaly.output(), in.labels());
    attention =
        new HierarchicalAttentionLossOp(
            objective.bound(),
            objective.union(),
            objective.mask(),
            classMaps,
            anomalyMap,
            in.labels(),
            in.masks(),
            in.counted());
    if (step.training()) {
      step.backward().seed(ofAnomaly.output(), anomaly.out(0));
      step.backward().seed(classMaps, attention.out(0));
      step.backward().seed(anomalyMap, attention.out(1));
      step.backward().differentiate(step.forwardEnd(), step.backward().mark());
    }
  }

  private TwinNode.Dense head(TwinNode node) {
    if (node instanceof TwinNode.Dense dense) {
      return dense;
    }
    throw unfit();
  }

  /** What the heads read, before it is pooled. */
  private SDVariable features(TwinNode.Dense head) {
    if (head.input() instanceof TwinNode.Fixed pooled) {
      return pooled.input().output();
    }
    throw unfit();
  }

  private InputException unfit() {
    return new InputException(
        "The network does not end with pooled features and the two heads, classes and anomaly, that hierarchical attention needs; make it by HierarchicalAttention.");
  }

  private static SDVariable maps(TwinNode.Dense head, SDVariable features) {
    SDVariable weights = View.constant(View.shaped(head.weights(), -1, 1, 1));
    return new Relu(new Convolution(features, weights, Window.POINT).out(0)).out(0);
  }

  @Override
  public List<String> outputs() {
    return List.of(anomaly.out(1).name(), attention.out(2).name());
  }

  @Override
  public LossGraph.Terms terms(double classification, CompiledGraph graph) {
    INDArray maps = graph.array(attention.out(2).name());
    double lesser =
        objective.anomaly() * graph.array(anomaly.out(1).name()).getDouble(0)
            + objective.bound() * maps.getDouble(0)
            + objective.union() * maps.getDouble(1);
    return new LossGraph.Terms(classification, maps.getDouble(2), lesser);
  }
}

package dev.isnet.audit;

import dev.isnet.explain.Explainer;
import dev.isnet.explain.Method;
import dev.isnet.graph.Predictor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The network's twin with layer-wise relevance propagation. Sees changes of the parameters. */
final class TwinAttributor implements Attributor {
  private final Predictor predictor;
  private final Explainer explainer;

  TwinAttributor(ComputationGraph network, Method method) {
    this.predictor = new Predictor(network);
    this.explainer = new Explainer(network, method);
  }

  @Override
  public INDArray logits(INDArray images) {
    return predictor.logits(images);
  }

  @Override
  public INDArray maps(INDArray images, int[] classes) {
    return explainer.explainEach(images, classes);
  }

  @Override
  public void close() {
    predictor.close();
    explainer.close();
  }
}

package dev.isnet.audit;

import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.explain.Explainer;
import dev.isnet.explain.Method;
import dev.isnet.graph.Twin;
import dev.isnet.model.InputShape;
import dev.isnet.model.ThawedNetwork;
import dev.isnet.relevance.RuleSet;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A classifier of images, and how it can be looked into: by layer-wise relevance propagation on its
 * twin; by attention rollout, if it is a transformer, which relevance does not pass; or, where it
 * has a layer that the twin does not know, by Deeplearning4j's own backpropagation, as
 * Gradient×Input.
 *
 * @param network initialised, with one image input, nothing in it frozen; never changed
 * @param output what stands behind its logits
 * @param heatmaps how its heatmaps are made; whether a gradient is right is seen when the first is
 */
public record AuditableNetwork(
    ComputationGraph network, Twin.Output output, AuditHeatmaps heatmaps) {

  /**
   * Finds out about a network.
   *
   * @param network initialised; never changed
   * @return the network, frozen layers unwrapped
   * @throws InputException if it has several inputs or outputs, or is no classifier
   */
  public static AuditableNetwork of(ComputationGraph network) {
    ComputationGraph thawed = ThawedNetwork.of(network);
    InputShape.input(thawed.getConfiguration());
    try (Explainer unused = new Explainer(thawed, RuleSet.standard())) {
      return new AuditableNetwork(thawed, twinOutput(thawed), AuditHeatmaps.relevance());
    } catch (InputException e) {
      return withoutRelevance(thawed, clause(e) + ".");
    }
  }

  private static AuditableNetwork withoutRelevance(ComputationGraph network, String why) {
    try (Explainer unused = new Explainer(network, Method.attentionRollout())) {
      return new AuditableNetwork(
          network, twinOutput(network), AuditHeatmaps.of(HeatmapMethod.ATTENTION_ROLLOUT, why));
    } catch (InputException e) { // It has no twin, or no attention.
      return new AuditableNetwork(
          network,
          DifferentiableNetwork.output(network),
          AuditHeatmaps.of(HeatmapMethod.GRADIENT_INPUT, why));
    }
  }

  private static Twin.Output twinOutput(ComputationGraph network) {
    return Twin.of(network, Twin.Mode.EVALUATION).output();
  }

  /** What is wrong, without the advice that is for programmers. */
  private static String clause(InputException e) {
    String message = e.getMessage();
    int end = message.indexOf(';');
    return end < 0 ? message.replaceAll("\\.$", "") : message.substring(0, end);
  }

  /**
   * How many numbers it gives for an image.
   *
   * @param size of its images
   * @return the number of logits
   * @throws RuntimeException whatever Deeplearning4j throws for images of a size that do not go
   *     through
   */
  public int outputs(ImageSize size) {
    try (Attributor attributor = attributor(network, size, RuleSet.standard());
        INDArray black =
            Nd4j.zeros(DataType.FLOAT, 1, size.channels(), size.height(), size.width())) {
      return (int) attributor.logits(black).size(1);
    }
  }

  /** What runs it, or a copy of it with other parameters. The rules are for relevance alone. */
  Attributor attributor(ComputationGraph of, ImageSize size, RuleSet rules) {
    return switch (heatmaps.method()) {
      case RELEVANCE -> new TwinAttributor(of, Method.relevance(rules));
      case ATTENTION_ROLLOUT -> new TwinAttributor(of, Method.attentionRollout());
      case GRADIENT_INPUT, NONE -> new GradientAttributor(of, size);
    };
  }
}

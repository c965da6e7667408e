package dev.isnet.graph;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The SameDiff twin of a ComputationGraph: the same function of the same parameter arrays, to which
 * a relevance pass and a backward pass can be added. Training the twin trains the ComputationGraph;
 * there is nothing to copy back.
 *
 * @param graph the SameDiff graph; consists of {@link dev.isnet.graph.op.TwinOp}s alone
 * @param type FLOAT or DOUBLE, that of the network
 * @param nodes the forward pass in order, the input first
 * @param last the node whose output is the logits
 * @param mask the node whose output is a mask's logits, of a network that gives class scores and a
 *     mask
 * @param anomaly the node whose output is one more logit, [B, 1], of a network that says beside the
 *     classes whether there is anything to find
 * @param output what stands behind the logits: softmax, sigmoid or nothing
 * @param parameters the trainable parameters
 * @param bound all arrays that the graph shares with the network, and the seed of what is random,
 *     by variable name
 * @param statistics the batch norms' statistics, to be averaged in training; empty in evaluation
 * @param again adds the forward pass once more, for other images
 */
public record Twin(
    SameDiff graph,
    DataType type,
    List<TwinNode> nodes,
    TwinNode last,
    Optional<TwinNode> mask,
    Optional<TwinNode> anomaly,
    Output output,
    List<Parameter> parameters,
    Map<String, INDArray> bound,
    List<BatchStatistics> statistics,
    UnaryOperator<SDVariable> again) {

  /** Name of the input's variable. */
  static final String IMAGES = "images";

  /** Name of the variable that what is random draws from: one LONG, changed before each step. */
  static final String SEED = "seed";

  /** Which statistics batch norm uses and whether dropout drops. */
  public enum Mode {
    /** The batch's statistics; dropout is active. */
    TRAINING,
    /** The running statistics; no dropout. */
    EVALUATION
  }

  /** What turns logits into probabilities. */
  public enum Output {
    /** One label an image. */
    SOFTMAX,
    /** Several labels an image. */
    SIGMOID,
    /** The logits themselves. */
    IDENTITY
  }

  /**
   * A trainable parameter.
   *
   * @param variable its variable in the graph
   * @param array the array shared with the network, dense and c-ordered
   * @param slot where the network's flat parameter vector has it
   */
  public record Parameter(SDVariable variable, INDArray array, ParameterSlot slot) {}

  /**
   * A batch norm's statistics.
   *
   * @param mean the batch's mean in the graph
   * @param variance the batch's biased variance in the graph
   * @param runningMean the network's running mean
   * @param runningVariance the network's running variance, or log10 of its root
   * @param logarithmic whether it is the logarithm
   * @param decay share of the old value in each update
   */
  public record BatchStatistics(
      SDVariable mean,
      SDVariable variance,
      INDArray runningMean,
      INDArray runningVariance,
      boolean logarithmic,
      double decay) {

    /**
     * Moves the running statistics towards a batch's, as DL4J does.
     *
     * @param batchMean mean of each channel
     * @param batchVariance biased variance of each channel
     */
    public void update(INDArray batchMean, INDArray batchVariance) {
      for (long c = 0; c < runningMean.length(); c++) {
        runningMean.putScalar(
            c, decay * runningMean.getDouble(c) + (1 - decay) * batchMean.getDouble(c));
        double stored = runningVariance.getDouble(c);
        double old = logarithmic ? Math.pow(10, 2 * stored) : stored;
        double updated = decay * old + (1 - decay) * batchVariance.getDouble(c);
        runningVariance.putScalar(c, logarithmic ? Math.log10(updated) / 2 : updated);
      }
    }
  }

  /**
   * Builds the twin.
   *
   * @param network an initialised network with one image input [B, C, h, w] and one output, or two:
   *     class scores, and a mask or one more logit
   * @param mode training or evaluation
   * @return the twin, its forward pass complete
   * @throws dev.isnet.data.InputException when the network has a layer that the twin does not know
   */
  public static Twin of(ComputationGraph network, Mode mode) {
    return of(network, mode, Translators.standard());
  }

  /**
   * Builds the twin of a network with layers of one's own.
   *
   * @param network an initialised network with one image input [B, C, h, w] and one output, or two:
   *     class scores, and a mask or one more logit
   * @param mode training or evaluation
   * @param translators what is known of its layers
   * @return the twin, its forward pass complete
   * @throws dev.isnet.data.InputException when the network has a layer that the twin does not know
   */
  public static Twin of(ComputationGraph network, Mode mode, Translators translators) {
    return new TwinBuilder(network, mode, translators).build();
  }

  /**
   * The network's input.
   *
   * @return [B, C, h, w]
   */
  public SDVariable input() {
    return nodes.get(0).output();
  }

  /**
   * The logits: what stands before softmax or sigmoid.
   *
   * @return [B, K]; [B, planes, h, w] of a network that ends with a CnnLossLayer
   */
  public SDVariable logits() {
    return last.output();
  }

  /**
   * The logits of the foreground, where the network gives a mask.
   *
   * @return [B, 1, h, w]
   */
  public Optional<SDVariable> maskLogits() {
    return mask.map(TwinNode::output);
  }

  /**
   * Adds the forward pass once more, with the same parameters, for other images. In training batch
   * norms use those images' statistics, which move no running ones, and dropout draws anew.
   *
   * @param images [B, C, h, w] of the same size as the network's input
   * @return their logits, [B, K]
   */
  public SDVariable logitsOf(SDVariable images) {
    return again.apply(images);
  }

  /**
   * What all that is random in a step draws from: dropout, the stochastic variant.
   *
   * @return one LONG
   */
  public SDVariable seed() {
    return graph.getVariable(SEED);
  }

  /**
   * Sets what the next step draws from.
   *
   * @param seed another one in every step
   */
  public void setSeed(long seed) {
    bound.get(SEED).putScalar(0, seed);
  }

  /**
   * Starts a backward pass for the trainable parameters.
   *
   * @return differentiates nothing yet
   */
  public Backpropagation backpropagation() {
    return new Backpropagation(graph, parameters.stream().map(Parameter::variable).toList());
  }
}

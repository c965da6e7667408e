package dev.isnet.backbone.layer;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaLayer;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Multi-head self-attention (Vaswani et al. 2017) between queries, keys and values that a layer
 * before it has made: [batch, 3·channels, 1, tokens] → [batch, channels, 1, tokens]. The queries of
 * all heads come first, then the keys, then the values; each head has channels/heads channels d:
 *
 * <p>A = softmax over the keys of QᵀK/√d, Y = V·Aᵀ. No parameters.
 */
public final class SelfAttention extends SameDiffLambdaLayer {

  private static final long serialVersionUID = 1L;

  private int heads = 1;
  private long channels;
  private long tokens;

  /** For reading from JSON. */
  SelfAttention() {}

  /**
   * Attention with some heads.
   *
   * @param heads a divisor of the channels
   */
  public SelfAttention(int heads) {
    this.heads = heads;
  }

  /** Number of heads. */
  public int getHeads() {
    return heads;
  }

  /** For reading from JSON. */
  public void setHeads(int heads) {
    this.heads = heads;
  }

  /** Channels of the output. */
  public long getChannels() {
    return channels;
  }

  /** For reading from JSON. */
  public void setChannels(long channels) {
    this.channels = channels;
  }

  /** Number of tokens. */
  public long getTokens() {
    return tokens;
  }

  /** For reading from JSON. */
  public void setTokens(long tokens) {
    this.tokens = tokens;
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    InputType.InputTypeConvolutional all = (InputType.InputTypeConvolutional) inputType;
    channels = all.getChannels() / 3;
    tokens = all.getHeight() * all.getWidth();
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    InputType.InputTypeConvolutional all = (InputType.InputTypeConvolutional) inputType;
    return InputType.convolutional(all.getHeight(), all.getWidth(), all.getChannels() / 3);
  }

  @Override
  public SDVariable defineLayer(SameDiff graph, SDVariable x) {
    long d = channels / heads;
    SDVariable all = graph.reshape(x, -1, 3L * heads, d, tokens);
    SDVariable queries = heads(all, 0);
    SDVariable keys = heads(all, 1);
    SDVariable values = heads(all, 2);
    SDVariable scores =
        graph.linalg().mmul(queries, keys, true, false, false).mul(1 / Math.sqrt(d));
    SDVariable attention = graph.nn().softmax(scores, 3);
    SDVariable y = graph.linalg().mmul(values, attention, false, true, false);
    return graph.reshape(y, -1, channels, 1, tokens);
  }

  private SDVariable heads(SDVariable all, int kind) {
    return all.get(
        SDIndex.all(),
        SDIndex.interval((long) kind * heads, (kind + 1L) * heads),
        SDIndex.all(),
        SDIndex.all());
  }
}

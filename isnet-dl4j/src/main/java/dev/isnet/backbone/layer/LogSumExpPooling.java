package dev.isnet.backbone.layer;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaLayer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Log-sum-exp pooling over height and width (Pinheiro and Collobert 2015): [batch, channels,
 * height, width] → [batch, channels], 1/r · ln mean exp(r·x). It is the mean as r → 0 and the
 * maximum as r → ∞. No parameters.
 */
public final class LogSumExpPooling extends SameDiffLambdaLayer {

  private static final long serialVersionUID = 1L;

  private double sharpness = 1;
  private long channels;

  /** For reading from JSON. */
  LogSumExpPooling() {}

  /**
   * Pooling between the mean and the maximum.
   *
   * @param sharpness r &gt; 0
   */
  public LogSumExpPooling(double sharpness) {
    this.sharpness = sharpness;
  }

  /** The sharpness, r. */
  public double getSharpness() {
    return sharpness;
  }

  /** For reading from JSON. */
  public void setSharpness(double sharpness) {
    this.sharpness = sharpness;
  }

  /** Channels of input and output. */
  public long getChannels() {
    return channels;
  }

  /** For reading from JSON. */
  public void setChannels(long channels) {
    this.channels = channels;
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    channels = ((InputType.InputTypeConvolutional) inputType).getChannels();
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.feedForward(((InputType.InputTypeConvolutional) inputType).getChannels());
  }

  @Override
  public SDVariable defineLayer(SameDiff graph, SDVariable x) {
    SDVariable max = x.max(true, 2, 3); // so that no exponential overflows
    SDVariable mean = graph.math().exp(x.sub(max).mul(sharpness)).mean(true, 2, 3);
    SDVariable pooled = max.add(graph.math().log(mean).div(sharpness));
    return graph.reshape(pooled, -1, channels);
  }
}

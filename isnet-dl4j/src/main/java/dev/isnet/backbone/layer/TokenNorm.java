package dev.isnet.backbone.layer;

import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Layer normalisation of every token by itself (Ba et al. 2016): the channels of each cell of
 * [batch, channels, height, width] get mean 0 and variance 1, then a learnt gain and bias.
 *
 * <p>Parameters: {@value #GAIN} [channels], at first 1; {@value #BIAS} [channels], at first 0.
 */
public final class TokenNorm extends SameDiffLayer {

  private static final long serialVersionUID = 1L;

  /** Key of the gain. */
  public static final String GAIN = "g";

  /** Key of the bias. */
  public static final String BIAS = "b";

  private long channels;
  private double epsilon = 1e-6;

  /** Sizes follow from the layer before it. */
  public TokenNorm() {}

  /** For reading from JSON. */
  public long getChannels() {
    return channels;
  }

  /** For reading from JSON. */
  public void setChannels(long channels) {
    this.channels = channels;
  }

  /** What is added to the variance. */
  public double getEpsilon() {
    return epsilon;
  }

  /** For reading from JSON. */
  public void setEpsilon(double epsilon) {
    this.epsilon = epsilon;
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    channels = ((InputType.InputTypeConvolutional) inputType).getChannels();
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return inputType;
  }

  @Override
  public void defineParameters(SDLayerParams params) {
    params.addWeightParam(GAIN, channels);
    params.addBiasParam(BIAS, channels);
  }

  @Override
  public void initializeParameters(Map<String, INDArray> params) {
    params.get(GAIN).assign(1);
    params.get(BIAS).assign(0);
  }

  @Override
  public SDVariable defineLayer(
      SameDiff graph, SDVariable x, Map<String, SDVariable> parameters, SDVariable mask) {
    SDVariable centred = x.sub(x.mean(true, 1));
    SDVariable variance = centred.mul(centred).mean(true, 1);
    return centred
        .div(graph.math().sqrt(variance.add(epsilon)))
        .mul(graph.reshape(parameters.get(GAIN), 1, channels, 1, 1))
        .add(graph.reshape(parameters.get(BIAS), 1, channels, 1, 1));
  }
}

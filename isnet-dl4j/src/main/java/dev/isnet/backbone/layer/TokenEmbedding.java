package dev.isnet.backbone.layer;

import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes a sequence of tokens of a feature map, [batch, channels, height, width] → [batch, channels,
 * 1, height·width + 1]: one token for each cell, row by row, behind a learnt class token; to each a
 * learnt embedding of its position is added.
 *
 * <p>Parameters: {@value #CLASS_TOKEN} [channels], at first 0; {@value #POSITIONS} [channels,
 * height·width + 1], at first from N(0, 0.02²).
 */
public final class TokenEmbedding extends SameDiffLayer {

  private static final long serialVersionUID = 1L;

  /** Key of the class token. */
  public static final String CLASS_TOKEN = "cls";

  /** Key of the positions' embedding. */
  public static final String POSITIONS = "pos";

  private static final double DEVIATION = 0.02;

  private long channels;
  private long cells;

  /** Sizes follow from the layer before it. */
  public TokenEmbedding() {}

  /** For reading from JSON. */
  public long getChannels() {
    return channels;
  }

  /** For reading from JSON. */
  public void setChannels(long channels) {
    this.channels = channels;
  }

  /** For reading from JSON: cells of the feature map. */
  public long getCells() {
    return cells;
  }

  /** For reading from JSON. */
  public void setCells(long cells) {
    this.cells = cells;
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    InputType.InputTypeConvolutional map = (InputType.InputTypeConvolutional) inputType;
    channels = map.getChannels();
    cells = map.getHeight() * map.getWidth();
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    InputType.InputTypeConvolutional map = (InputType.InputTypeConvolutional) inputType;
    return InputType.convolutional(1, map.getHeight() * map.getWidth() + 1, map.getChannels());
  }

  @Override
  public void defineParameters(SDLayerParams params) {
    params.addWeightParam(CLASS_TOKEN, channels);
    params.addWeightParam(POSITIONS, channels, cells + 1);
  }

  @Override
  public void initializeParameters(Map<String, INDArray> params) {
    params.get(CLASS_TOKEN).assign(0);
    INDArray positions = params.get(POSITIONS);
    positions.assign(Nd4j.randn(positions.dataType(), positions.shape()).muli(DEVIATION));
  }

  @Override
  public SDVariable defineLayer(
      SameDiff graph, SDVariable x, Map<String, SDVariable> parameters, SDVariable mask) {
    SDVariable tokens = graph.reshape(x, -1, channels, 1, cells);
    SDVariable zeros =
        tokens
            .get(SDIndex.all(), SDIndex.all(), SDIndex.all(), SDIndex.interval(0, 1))
            .mul(0); // one for each image
    SDVariable first = zeros.add(graph.reshape(parameters.get(CLASS_TOKEN), 1, channels, 1, 1));
    return graph
        .concat(3, first, tokens)
        .add(graph.reshape(parameters.get(POSITIONS), 1, channels, 1, cells + 1));
  }
}

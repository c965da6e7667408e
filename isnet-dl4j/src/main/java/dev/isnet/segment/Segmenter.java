package dev.isnet.segment;

import dev.isnet.data.ForegroundModel;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.graph.Predictor;
import dev.isnet.model.ModelBundle;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** A trained segmenter at work. Owns native memory; close it. Thread-safe; calls take turns. */
public final class Segmenter implements ForegroundModel, AutoCloseable {

  private final ImageSize size;
  private final Predictor predictor;

  /**
   * Takes a network into use.
   *
   * @param network one image input, and as output a CnnLossLayer with one plane and sigmoid, as
   *     {@link dev.isnet.backbone.UNet} has it, alone or beside the classes of a {@link
   *     dev.isnet.backbone.MultiTaskUNet}
   * @param size of its input
   * @throws InputException when it is no such network
   */
  public Segmenter(ComputationGraph network, ImageSize size) {
    if (!givesMasks(network)) {
      throw new InputException(
          "The network does not end with a mask (a CnnLossLayer with sigmoid); train one with system: segmenter.");
    }
    this.size = size;
    this.predictor = new Predictor(network);
  }

  /**
   * Reads a segmenter.
   *
   * @param zip the file that training wrote
   * @return the segmenter
   * @throws InputException when the file is missing or damaged, or holds another kind of network
   */
  public static Segmenter read(Path zip) {
    ModelBundle bundle = ModelBundle.read(zip);
    if (!givesMasks(bundle.net())) {
      throw new InputException(
          "The model %s is no segmenter but a classifier; train one with system: segmenter."
              .formatted(zip));
    }
    return new Segmenter(bundle.net(), bundle.info().imageSize());
  }

  private static boolean givesMasks(ComputationGraph network) {
    return IntStream.range(0, network.getNumOutputArrays())
        .anyMatch(i -> network.getOutputLayer(i).conf().getLayer() instanceof CnnLossLayer);
  }

  /**
   * Whether a network gives masks and not classes.
   *
   * @param network any network
   * @return true when it ends with a CnnLossLayer
   */
  public static boolean segments(ComputationGraph network) {
    return network.getNumOutputArrays() == 1
        && network.getOutputLayer(0).conf().getLayer() instanceof CnnLossLayer;
  }

  @Override
  public ImageSize imageSize() {
    return size;
  }

  @Override
  public float[] foreground(float[] image) {
    try (INDArray pixels =
            Nd4j.create(image, new long[] {1, size.channels(), size.height(), size.width()}, 'c');
        INDArray mask = Transforms.sigmoid(predictor.maskLogits(pixels), false)) {
      if (mask.length() != size.area()) {
        throw new InputException(
            "The segmenter gives %d numbers for an image of %d pixels; it needs one plane of its input's size."
                .formatted(mask.length(), size.area()));
      }
      return mask.data().asFloat();
    }
  }

  @Override
  public void close() {
    predictor.close();
  }
}

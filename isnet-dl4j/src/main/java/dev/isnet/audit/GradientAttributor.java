package dev.isnet.audit;

import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Deeplearning4j itself, for networks that have no twin: its forward pass, and Gradient×Input, x ⊙
 * ∂z/∂x, by its backpropagation. Sees later changes of the parameters not before it is made anew.
 */
final class GradientAttributor implements Attributor {
  /** The native operation of PReLU takes no more than 64. */
  private static final int MOST_IMAGES = 32;

  /** How far from 1 the change along a gradient may be by what the gradient says. */
  private static final double TOLERATED_RATIO = 2;

  private final DifferentiableNetwork network;

  GradientAttributor(ComputationGraph network, ImageSize size) {
    this.network = DifferentiableNetwork.of(network, size);
  }

  @Override
  public INDArray logits(INDArray images) {
    return network.logits(images).castTo(DataType.FLOAT);
  }

  @Override
  public INDArray maps(INDArray images, int[] classes) {
    INDArray maps = images.dup('c');
    for (int first = 0; first < classes.length; first += MOST_IMAGES) {
      int end = Math.min(first + MOST_IMAGES, classes.length);
      INDArrayIndex some = NDArrayIndex.interval(first, end);
      maps.get(some)
          .muli(gradient(images.get(some).dup('c'), Arrays.copyOfRange(classes, first, end)));
    }
    return maps;
  }

  /**
   * Some of Deeplearning4j's gradients are wrong, those of layers made of SameDiff operations among
   * them: a map that would come of one is worse than none. So a small step to either side along the
   * gradient must change the logit by about what the gradient says.
   */
  @Override
  public Optional<String> mistake(INDArray image, int explained) {
    INDArray gradient;
    try {
      gradient = gradient(image, new int[] {explained});
    } catch (InputException e) {
      return Optional.of(e.getMessage());
    }
    double square = gradient.mul(gradient).sumNumber().doubleValue();
    if (square == 0) {
      return Optional.empty();
    }
    double size = Math.max(image.amaxNumber().doubleValue(), 1e-3);
    double step = 0.001 * size / gradient.amaxNumber().doubleValue();
    double logit = Math.abs(network.logits(image).getDouble(0, explained));
    // Large enough for the change to stand out from rounding.
    step *= Math.min(30, Math.max(1, 1e-3 * Math.max(1, logit) / (2 * step * square)));
    double change =
        network.logits(image.add(gradient.mul(step))).getDouble(0, explained)
            - network.logits(image.sub(gradient.mul(step))).getDouble(0, explained);
    double ratio = change / (2 * step * square);
    return ratio > 1 / TOLERATED_RATIO && ratio < TOLERATED_RATIO
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "Deeplearning4j's own gradient of this network is wrong (a small step along it changes a logit by %.2f of what it says), so nothing can tell what it looks at.",
                ratio));
  }

  private INDArray gradient(INDArray images, int[] classes) {
    try {
      return network.gradient(images, classes).castTo(images.dataType());
    } catch (InputException e) {
      throw e;
    } catch (RuntimeException e) { // Deeplearning4j throws what it comes upon.
      throw new InputException(
          "Deeplearning4j cannot differentiate this network (%s), so nothing can tell what it looks at."
              .formatted(
                  Optional.ofNullable(e.getMessage())
                      .flatMap(text -> text.lines().findFirst())
                      .orElse(e.getClass().getSimpleName())),
          e);
    }
  }

  @Override
  public void close() {
    // All arrays are the garbage collector's.
  }
}

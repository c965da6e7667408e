package dev.isnet.audit;

import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What runs a network: its logits, and how much each pixel contributes to one of them. */
interface Attributor extends AutoCloseable {

  /**
   * The logits, before softmax or sigmoid.
   *
   * @param images [B, C, h, w], values as in training; not changed
   * @return [B, K], the caller's own
   */
  INDArray logits(INDArray images);

  /**
   * Why heatmaps would be wrong.
   *
   * @param image [1, C, h, w], values as in training; not changed
   * @param explained the position of the explained logit
   * @return a sentence; empty if they would be right
   */
  default Optional<String> mistake(INDArray image, int explained) {
    return Optional.empty();
  }

  /**
   * One heatmap for every image, of a class of its own.
   *
   * @param images [B, C, h, w], values as in training; not changed
   * @param classes for each image the position of the explained logit
   * @return [B, C, h, w], the caller's own
   */
  INDArray maps(INDArray images, int[] classes);

  @Override
  void close();
}

package dev.isnet.backbone;

import dev.isnet.data.ImageSize;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * What the builders of all backbones share. Every backbone has the input "image", [batch, channels,
 * height, width], and the output "classes", [batch, classes].
 *
 * @param <B> the builder itself
 */
public abstract class BackboneBuilder<B extends BackboneBuilder<B>> {

  private final ImageSize size;
  private final int classes;
  private int channels;
  private double dropout;
  private boolean multiLabel;
  private long seed = 1;
  private IUpdater updater = new Adam(1e-3);

  BackboneBuilder(ImageSize size, int classes, double dropout) {
    this.size = size;
    this.classes = classes;
    this.channels = size.channels();
    this.dropout = dropout;
  }

  /**
   * Channels of the input, where they are neither 1 nor 3.
   *
   * @param channels at least 1; default those of the image size
   * @return this
   */
  public final B optChannels(int channels) {
    this.channels = channels;
    return self();
  }

  /**
   * Probability that a number is dropped in training: before the output layer, and in a {@link Vgg}
   * before its second dense layer too.
   *
   * @param dropout in [0, 1); default 0.5 for a {@link Vgg}, 0 for the others
   * @return this
   */
  public final B optDropout(double dropout) {
    this.dropout = dropout;
    return self();
  }

  /**
   * Whether an image may have several labels: sigmoid with binary cross-entropy in place of softmax
   * with cross-entropy.
   *
   * @param multiLabel default false
   * @return this
   */
  public final B optMultiLabel(boolean multiLabel) {
    this.multiLabel = multiLabel;
    return self();
  }

  /**
   * Seed of the initial weights.
   *
   * @param seed default 1
   * @return this
   */
  public final B optSeed(long seed) {
    this.seed = seed;
    return self();
  }

  /**
   * Updater that DL4J's own fit would use; the trainer brings its own.
   *
   * @param updater default Adam with 1e-3
   * @return this
   */
  public final B optUpdater(IUpdater updater) {
    this.updater = updater;
    return self();
  }

  /**
   * The smallest height and width that this backbone takes.
   *
   * @return pixels
   */
  public abstract int leastSide();

  /**
   * What height and width must be multiples of.
   *
   * @return pixels; 1 for most
   */
  public int sideStep() {
    return 1;
  }

  /**
   * The configuration.
   *
   * @return input "image", output "classes"
   * @throws IllegalArgumentException when the image is smaller than {@link #leastSide} or its sides
   *     are no multiples of {@link #sideStep}, or when channels, classes or dropout are out of
   *     range
   */
  public final ComputationGraphConfiguration build() {
    int least = leastSide();
    if (Math.min(size.height(), size.width()) < least) {
      throw new IllegalArgumentException(
          "Images of %d×%d pixels are too small for this backbone; it needs at least %d×%d."
              .formatted(size.height(), size.width(), least, least));
    }
    int step = sideStep();
    if (size.height() % step != 0 || size.width() % step != 0) {
      throw new IllegalArgumentException(
          "Images of %d×%d pixels do not fit this backbone; height and width must be multiples of %d."
              .formatted(size.height(), size.width(), step));
    }
    if (channels < 1) {
      throw new IllegalArgumentException("channels are " + channels + ", but must be at least 1");
    }
    if (classes < (multiLabel ? 1 : 2)) {
      throw new IllegalArgumentException(
          "classes are %d, but must be at least %d".formatted(classes, multiLabel ? 1 : 2));
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout is " + dropout + ", but must be in [0, 1)");
    }
    Layers layers = new Layers(size, channels, seed, updater);
    addTo(layers);
    return layers.build(outputs());
  }

  abstract void addTo(Layers layers);

  /** The outputs, the classes first. */
  String[] outputs() {
    return new String[] {Layers.OUTPUT};
  }

  abstract B self();

  final ImageSize size() {
    return size;
  }

  final int classes() {
    return classes;
  }

  final double dropout() {
    return dropout;
  }

  final boolean multiLabel() {
    return multiLabel;
  }
}

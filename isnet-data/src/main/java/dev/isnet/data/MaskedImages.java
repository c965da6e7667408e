package dev.isnet.data;

import dev.isnet.data.augment.PairedAugmentation;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.data.bias.SyntheticBias;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Images with masks and labels in batches, epoch by epoch: read once and kept in memory up to a
 * limit, then augmented, biased, shuffled and stacked on a thread that stays a few batches ahead.
 *
 * <p>What an epoch holds depends on the seed, the epoch and an image's index in the store alone:
 * not on the batches taken before, the cache, or timing. The bias is drawn after the augmentation
 * and measured against the augmented mask, so that no shape is moved out of sight or onto the
 * object. With each epoch its positions change; an evaluation that always asks for epoch 0 sees
 * fixed ones.
 *
 * <p>Thread-safe; several epochs may be walked through at once.
 */
public final class MaskedImages implements MaskedImageSource {
  /** Batches prepared ahead of the consumer. */
  private static final int AHEAD = 3;

  // What a derived seed is for.
  private static final long ORDER = 0;
  private static final long AUGMENTATION = 1;
  private static final long BIAS = 2;

  /** A bias with the test it is drawn for. */
  private record Bias(SyntheticBias shapes, BiasScenario scenario) {}

  /** A batch before it goes to native memory. */
  private record JavaBatch(
      float[] images, float[] labels, float[] masks, boolean[] hasMask, List<String> files) {}

  private final ImageStore store;
  private final PixelCache cache;
  private final int batch;
  private final boolean shuffle;
  private final PairedAugmentation augmentation;
  private final Optional<Bias> bias;
  private final long seed;

  private MaskedImages(Builder builder) {
    this.store = builder.store;
    this.cache = new PixelCache(builder.store, builder.cacheBytes);
    this.batch = builder.batch;
    this.shuffle = builder.shuffle;
    this.augmentation = builder.augmentation;
    this.bias = builder.bias;
    this.seed = builder.seed;
  }

  /**
   * Images of one split of a folder.
   *
   * @param manifest the data set
   * @param split the split
   * @param size what every image is brought to
   * @return a builder; shuffling is on for the training split and off for the others
   * @throws InputException if the split cannot be used (see {@link DatasetManifest#requireSplit})
   */
  public static Builder builder(DatasetManifest manifest, Split split, ImageSize size) {
    return new Builder(new FolderImages(manifest, split, size)).optShuffle(split == Split.TRAIN);
  }

  /**
   * Images of any store.
   *
   * @param store where images come from
   * @return a builder; shuffling is off
   */
  public static Builder builder(ImageStore store) {
    return new Builder(store);
  }

  @Override
  public List<String> classes() {
    return store.classes();
  }

  @Override
  public ImageSize imageSize() {
    return store.imageSize();
  }

  @Override
  public int size() {
    return store.size();
  }

  /**
   * {@inheritDoc}
   *
   * @throws InputException from the iterator's methods, when an image cannot be read
   */
  @Override
  public BatchIterator epoch(int epoch) {
    int[] order = order(epoch);
    Iterator<JavaBatch> batches =
        IntStream.range(0, (order.length + batch - 1) / batch)
            .mapToObj(i -> Arrays.copyOfRange(order, i * batch, end(order, i)))
            .map(indices -> stack(indices, epoch))
            .iterator();
    return new NativeBatches(new Prefetcher<>(batches, AHEAD, "isnet-data-epoch-" + epoch));
  }

  private int end(int[] order, int i) {
    return Math.min(order.length, (i + 1) * batch);
  }

  private int[] order(int epoch) {
    int[] order = IntStream.range(0, store.size()).toArray();
    if (shuffle) {
      SplittableRandom random = new SplittableRandom(Seeds.derive(seed, ORDER, epoch));
      for (int i = order.length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int other = order[j];
        order[j] = order[i];
        order[i] = other;
      }
    }
    return order;
  }

  private Pixels pixels(int index, int epoch) {
    Pixels augmented =
        augmentation.apply(cache.get(index), Seeds.derive(seed, AUGMENTATION, epoch, index));
    return bias.map(
            b ->
                b.shapes()
                    .apply(
                        augmented,
                        store.label(index),
                        b.scenario(),
                        Seeds.derive(seed, BIAS, epoch, index)))
        .orElse(augmented);
  }

  private JavaBatch stack(int[] indices, int epoch) {
    int values = imageSize().values();
    int area = imageSize().area();
    int classes = classes().size();
    float[] images = new float[indices.length * values];
    float[] labels = new float[indices.length * classes];
    float[] masks = new float[indices.length * area];
    boolean[] hasMask = new boolean[indices.length];
    List<String> files = new ArrayList<>();
    for (int i = 0; i < indices.length; i++) {
      Pixels pixels = pixels(indices[i], epoch);
      System.arraycopy(pixels.image(), 0, images, i * values, values);
      labels[i * classes + store.label(indices[i])] = 1;
      hasMask[i] = pixels.mask().isPresent();
      for (int j = 0; j < area; j++) {
        masks[i * area + j] = !hasMask[i] || pixels.mask().get()[j] ? 1 : 0;
      }
      files.add(store.name(indices[i]));
    }
    return new JavaBatch(images, labels, masks, hasMask, List.copyOf(files));
  }

  /** Moves batches to native memory on the consumer's thread, so that none is ever left over. */
  private final class NativeBatches implements BatchIterator {
    private final Prefetcher<JavaBatch> batches;

    NativeBatches(Prefetcher<JavaBatch> batches) {
      this.batches = batches;
    }

    @Override
    public boolean hasNext() {
      return batches.hasNext();
    }

    @Override
    public MaskedBatch next() {
      JavaBatch b = batches.next();
      int n = b.hasMask().length;
      ImageSize size = imageSize();
      return new MaskedBatch(
          Nd4j.create(
              b.images(), new long[] {n, size.channels(), size.height(), size.width()}, 'c'),
          Nd4j.create(b.labels(), new long[] {n, classes().size()}, 'c'),
          Nd4j.create(b.masks(), new long[] {n, 1, size.height(), size.width()}, 'c'),
          b.hasMask(),
          b.files());
    }

    @Override
    public void close() {
      batches.close();
    }
  }

  /** Settings with their defaults. */
  public static final class Builder {
    private final ImageStore store;
    private int batch = 16;
    private boolean shuffle;
    private PairedAugmentation augmentation = PairedAugmentation.none();
    private Optional<Bias> bias = Optional.empty();
    private long seed;
    private long cacheBytes = 512L << 20;

    private Builder(ImageStore store) {
      this.store = store;
    }

    /**
     * Sets the number of images per batch.
     *
     * @param size at least 1; default 16
     * @return this builder
     * @throws InputException if the size is below 1
     */
    public Builder optBatch(int size) {
      if (size < 1) {
        throw new InputException("The batch size is %d, but must be at least 1.".formatted(size));
      }
      this.batch = size;
      return this;
    }

    /**
     * Sets whether each epoch has an order of its own.
     *
     * @param value true to shuffle
     * @return this builder
     */
    public Builder optShuffle(boolean value) {
      this.shuffle = value;
      return this;
    }

    /**
     * Sets the augmentation, drawn anew for every image in every epoch.
     *
     * @param value default none
     * @return this builder
     */
    public Builder optAugmentation(PairedAugmentation value) {
      this.augmentation = value;
      return this;
    }

    /**
     * Draws shapes into the background.
     *
     * @param shapes which, for each class; default no shapes
     * @param scenario how shapes and classes are paired
     * @return this builder
     * @throws InputException if there are shapes for another number of classes
     */
    public Builder optBias(SyntheticBias shapes, BiasScenario scenario) {
      if (shapes.shapes().size() != store.classes().size()) {
        throw new InputException(
            "The bias has shapes for %d classes, but the data has the %d classes '%s'."
                .formatted(
                    shapes.shapes().size(),
                    store.classes().size(),
                    String.join("', '", store.classes())));
      }
      this.bias = Optional.of(new Bias(shapes, scenario));
      return this;
    }

    /**
     * Sets the seed of order, augmentation and bias.
     *
     * @param value default 0
     * @return this builder
     */
    public Builder optSeed(long value) {
      this.seed = value;
      return this;
    }

    /**
     * Sets how much memory loaded images may take; images beyond it are loaded in every epoch.
     *
     * @param bytes default 512 MiB; 0 keeps nothing
     * @return this builder
     */
    public Builder optCacheBytes(long bytes) {
      this.cacheBytes = bytes;
      return this;
    }

    /**
     * Finishes.
     *
     * @return the images; nothing is read yet
     */
    public MaskedImages build() {
      return new MaskedImages(this);
    }
  }
}

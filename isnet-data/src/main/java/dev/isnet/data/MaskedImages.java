package dev.isnet.data;

import dev.isnet.data.augment.PairedAugmentation;
import dev.isnet.data.bias.BackgroundBias;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.data.bias.SyntheticBias;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Images with masks and labels in batches, epoch by epoch: read once and kept in memory up to a
 * limit, then augmented, biased, shuffled and stacked on threads that stay a few batches ahead.
 *
 * <p>What an epoch holds depends on the seed, the epoch, an image's index in the store and how
 * often it has come before in the epoch alone: not on the batches taken before, the caches, the
 * number of threads, or timing. The bias is drawn after the augmentation and measured against the
 * augmented mask, so that no shape is moved out of sight or onto the object. With each epoch its
 * positions change; an evaluation that always asks for epoch 0 sees fixed ones.
 *
 * <p>Thread-safe; several epochs may be walked through at once.
 */
public final class MaskedImages implements MaskedImageSource {
  /** Batches that lie ready while each thread prepares another one. */
  private static final int AHEAD = 2;

  // What a derived seed is for.
  private static final long ORDER = 0;
  private static final long AUGMENTATION = 1;
  private static final long BIAS = 2;

  /** A bias with the test it is drawn for. */
  private record Bias(BackgroundBias cues, BiasScenario scenario) {}

  private final ImageStore store;
  private final PixelCache cache;
  private final int batch;
  private final EpochOrder order;
  private final PairedAugmentation augmentation;
  private final Optional<Bias> bias;
  private final Optional<ClassWeights> classWeights;
  private final int threads;
  private final long seed;

  private MaskedImages(Builder builder) {
    this.store =
        builder
            .diskCache
            .<ImageStore>map(folder -> new DiskCache(builder.store, folder))
            .orElse(builder.store);
    this.cache = new PixelCache(store, builder.cacheBytes);
    this.batch = builder.batch;
    this.order = builder.order;
    this.augmentation = builder.augmentation;
    this.bias = builder.bias;
    this.classWeights = builder.classWeights;
    this.threads = builder.threads;
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
   * Those images of one split of a folder that have masks, for training a segmenter. All count as
   * one class, "foreground".
   *
   * @param manifest the data set
   * @param split the split
   * @param size what every image is brought to
   * @return a builder; shuffling is on for the training split and off for the others
   * @throws InputException if no image of the split has a mask
   */
  public static Builder withMasks(DatasetManifest manifest, Split split, ImageSize size) {
    return new Builder(FolderImages.withMasks(manifest, split, size))
        .optShuffle(split == Split.TRAIN);
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
    // ND4J starts here: what hinders it, such as too little memory, it tells the first thread
    // alone.
    Nd4j.factory();
    int[] indices = order.of(store, Seeds.derive(seed, ORDER, epoch));
    int[] repetitions = repetitions(indices, store.size());
    Iterator<Callable<MaskedBatch>> batches =
        IntStream.range(0, (indices.length + batch - 1) / batch)
            .mapToObj(
                i ->
                    (Callable<MaskedBatch>)
                        () -> stack(part(indices, i), part(repetitions, i), epoch))
            .iterator();
    return new Batches(
        new Prefetcher<>(
            batches, threads, threads + AHEAD, "isnet-data-epoch-" + epoch, MaskedBatch::close));
  }

  private int[] part(int[] ofAll, int i) {
    return Arrays.copyOfRange(ofAll, i * batch, Math.min(ofAll.length, (i + 1) * batch));
  }

  /** How often each image of an order has come before in it. */
  private static int[] repetitions(int[] order, int images) {
    int[] seen = new int[images];
    return Arrays.stream(order).map(index -> seen[index]++).toArray();
  }

  /** An image that comes several times in an epoch is another one each time. */
  private long seedOf(long kind, int epoch, int index, int repetition) {
    return repetition == 0
        ? Seeds.derive(seed, kind, epoch, index)
        : Seeds.derive(seed, kind, epoch, index, repetition);
  }

  private Pixels pixels(int index, int repetition, int epoch) {
    Pixels augmented =
        augmentation.apply(cache.get(index), seedOf(AUGMENTATION, epoch, index, repetition));
    return bias.map(
            b ->
                b.cues()
                    .apply(
                        augmented,
                        store.targets(index),
                        b.scenario(),
                        seedOf(BIAS, epoch, index, repetition))
                    .pixels())
        .orElse(augmented);
  }

  private MaskedBatch stack(int[] indices, int[] repetitions, int epoch) {
    int values = imageSize().values();
    int area = imageSize().area();
    int classes = classes().size();
    float[] images = new float[indices.length * values];
    float[] labels = new float[indices.length * classes];
    float[] weights = new float[indices.length * classes];
    float[] masks = new float[indices.length * area];
    Optional<float[]> classMasks =
        store.hasClassMasks()
            ? Optional.of(new float[indices.length * classes * area])
            : Optional.empty();
    boolean[] hasMask = new boolean[indices.length];
    List<String> files = new ArrayList<>();
    for (int i = 0; i < indices.length; i++) {
      Pixels pixels = pixels(indices[i], repetitions[i], epoch);
      System.arraycopy(pixels.image(), 0, images, i * values, values);
      System.arraycopy(store.targets(indices[i]), 0, labels, i * classes, classes);
      System.arraycopy(weights(indices[i]), 0, weights, i * classes, classes);
      hasMask[i] = pixels.mask().isPresent();
      put(pixels.mask(), masks, i * area, area);
      for (int k = 0; classMasks.isPresent() && k < classes; k++) {
        Optional<boolean[]> own = Optional.ofNullable(pixels.classMasks().get(k));
        put(own.or(pixels::mask), classMasks.get(), (i * classes + k) * area, area);
      }
      files.add(store.name(indices[i]));
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the epoch was left");
    }
    // In native memory already here, so that the consumer need not wait for it to be copied.
    int n = indices.length;
    int h = imageSize().height();
    int w = imageSize().width();
    return new MaskedBatch(
        Nd4j.create(images, new long[] {n, imageSize().channels(), h, w}, 'c'),
        Nd4j.create(labels, new long[] {n, classes}, 'c'),
        Nd4j.create(weights, new long[] {n, classes}, 'c'),
        Nd4j.create(masks, new long[] {n, 1, h, w}, 'c'),
        classMasks.map(each -> Nd4j.create(each, new long[] {n, classes, h, w}, 'c')),
        hasMask,
        List.copyOf(files));
  }

  /** Ones for an image without a mask. */
  private static void put(Optional<boolean[]> mask, float[] to, int start, int area) {
    if (mask.isEmpty()) {
      Arrays.fill(to, start, start + area, 1);
      return;
    }
    boolean[] cells = mask.get();
    for (int j = 0; j < area; j++) {
      to[start + j] = cells[j] ? 1 : 0;
    }
  }

  private float[] weights(int index) {
    float[] weights = store.weights(index);
    if (classWeights.isPresent()) {
      float[] targets = store.targets(index);
      for (int k = 0; k < weights.length; k++) {
        boolean has = targets[k] > 0;
        weights[k] *=
            (has ? classWeights.get().having() : classWeights.get().lacking()).get(k).floatValue();
      }
    }
    return weights;
  }

  private record Batches(Prefetcher<MaskedBatch> batches) implements BatchIterator {
    @Override
    public boolean hasNext() {
      return batches.hasNext();
    }

    @Override
    public MaskedBatch next() {
      return batches.next();
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
    private EpochOrder order = EpochOrder.FIXED;
    private PairedAugmentation augmentation = PairedAugmentation.none();
    private Optional<Bias> bias = Optional.empty();
    private Optional<ClassWeights> classWeights = Optional.empty();
    private Optional<Path> diskCache = Optional.empty();
    private int threads = 2;
    private long seed;
    // Training keeps two data sets, and decoding needs its share of the heap.
    private long cacheBytes = Math.min(512L << 20, Runtime.getRuntime().maxMemory() / 8);

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
      this.order = value ? EpochOrder.SHUFFLED : EpochOrder.FIXED;
      return this;
    }

    /**
     * Makes all classes equally frequent: an epoch has as many images as before, drawn anew and
     * shuffled; images of rare classes come several times, of frequent ones some not at all.
     *
     * @return this builder
     */
    public Builder optBalancedSampling() {
      this.order = EpochOrder.BALANCED;
      return this;
    }

    /**
     * Sets how much the classes count in the classification loss.
     *
     * @param value default all the same; multiplied with the weights that the data gives
     * @return this builder
     * @throws InputException if there are weights for another number of classes
     */
    public Builder optClassWeights(ClassWeights value) {
      if (value.having().size() != store.classes().size()) {
        throw new InputException(
            "There are class weights for %d classes, but the data has %d."
                .formatted(value.having().size(), store.classes().size()));
      }
      this.classWeights = Optional.of(value);
      return this;
    }

    /**
     * Sets how many threads read, augment and stack.
     *
     * @param count at least 1; default 2
     * @return this builder
     * @throws InputException if the number is below 1
     */
    public Builder optThreads(int count) {
      if (count < 1) {
        throw new InputException(
            "The number of loader threads is %d, but must be at least 1.".formatted(count));
      }
      this.threads = count;
      return this;
    }

    /**
     * Keeps decoded and resized images in a folder. An entry is used while its file's size and time
     * are what they were. Worth its space where decoding and resizing take long, and images are
     * more than memory holds.
     *
     * @param folder made when it does not exist; default none
     * @return this builder
     */
    public Builder optDiskCache(Path folder) {
      this.diskCache = Optional.of(folder);
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
      return optBias(shapes.cues(), scenario);
    }

    /**
     * Draws cues into the background.
     *
     * @param cues which, for each class; default none
     * @param scenario how cues and classes are paired
     * @return this builder
     * @throws InputException if there are cues for another number of classes
     */
    public Builder optBias(BackgroundBias cues, BiasScenario scenario) {
      if (cues.classes() != store.classes().size()) {
        throw new InputException(
            "The bias has shapes for %d classes, but the data has the %d classes '%s'."
                .formatted(
                    cues.classes(), store.classes().size(), String.join("', '", store.classes())));
      }
      this.bias = Optional.of(new Bias(cues, scenario));
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
     * @param bytes default an eighth of the heap, at most 512 MiB; 0 keeps nothing
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

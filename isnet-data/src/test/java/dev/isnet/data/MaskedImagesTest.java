package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.augment.PairedAugmentation;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.data.bias.Placement;
import dev.isnet.data.bias.Shape;
import dev.isnet.data.bias.SyntheticBias;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskedImagesTest {
  private static final ImageSize SIZE = new ImageSize(16, 16, 1);

  @TempDir private Path root;

  /** What an epoch holds, in Java memory. */
  private record Seen(List<String> files, List<float[]> images, List<float[]> masks) {}

  private static Seen walk(MaskedImageSource source, int epoch) {
    Seen seen = new Seen(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    Iterator<MaskedBatch> batches = source.epoch(epoch);
    while (batches.hasNext()) {
      try (MaskedBatch batch = batches.next()) {
        seen.files.addAll(batch.files());
        seen.images.add(batch.images().data().asFloat());
        seen.masks.add(batch.masks().data().asFloat());
      }
    }
    return seen;
  }

  private static void assertSame(Seen first, Seen second) {
    assertThat(first.files).isEqualTo(second.files);
    assertThat(first.images.toArray(float[][]::new))
        .isDeepEqualTo(second.images.toArray(float[][]::new));
    assertThat(first.masks.toArray(float[][]::new))
        .isDeepEqualTo(second.masks.toArray(float[][]::new));
  }

  private MaskedImages.Builder everything(DatasetManifest manifest) {
    return MaskedImages.builder(manifest, Split.TRAIN, SIZE)
        .optBatch(4)
        .optSeed(7)
        .optAugmentation(
            PairedAugmentation.builder()
                .optFlipHorizontal(0.5)
                .optRotate(20)
                .optTranslate(0.1)
                .optScale(0.1)
                .optBrightness(0.2)
                .optContrast(0.2)
                .build())
        .optBias(
            new SyntheticBias(List.of(Shape.CIRCLE, Shape.SQUARE), 4, 1, Placement.RANDOM, false),
            BiasScenario.BIASED);
  }

  @Test
  void batchesHaveTheStatedShapes() {
    DatasetManifest manifest = TestFolder.small(root, 5);
    MaskedImages images = MaskedImages.builder(manifest, Split.TEST, SIZE).optBatch(4).build();
    assertThat(images.size()).isEqualTo(10);
    assertThat(images.classes()).containsExactly("a", "b");
    List<Integer> sizes = new ArrayList<>();
    try (BatchIterator batches = images.epoch(0)) {
      while (batches.hasNext()) {
        try (MaskedBatch batch = batches.next()) {
          sizes.add(batch.size());
          assertThat(batch.images().shape()).containsExactly(batch.size(), 1, 16, 16);
          assertThat(batch.masks().shape()).containsExactly(batch.size(), 1, 16, 16);
          assertThat(batch.labels().shape()).containsExactly(batch.size(), 2);
          assertThat(batch.hasMask()).containsOnly(true);
          assertThat(batch.files().get(0)).startsWith("images/test");
          assertThat(batch.labels().getFloat(0, 0)).isEqualTo(1f);
          assertThat(batch.labels().getFloat(1, 0)).isEqualTo(0f);
          assertThat(batch.masks().getFloat(0, 0, 3, 7)).isEqualTo(1f);
          assertThat(batch.masks().getFloat(0, 0, 3, 8)).isEqualTo(0f);
        }
      }
    }
    assertThat(sizes).containsExactly(4, 4, 2);
  }

  @Test
  void closingABatchFreesItsArrays() {
    MaskedImages images = MaskedImages.builder(TestFolder.small(root, 1), Split.VAL, SIZE).build();
    MaskedBatch batch = images.epoch(0).next();
    batch.close();
    batch.close();
    assertThat(batch.images().wasClosed()).isTrue();
    assertThat(batch.masks().wasClosed()).isTrue();
    assertThat(batch.labels().wasClosed()).isTrue();
  }

  @Test
  void anImageWithoutAMaskHasAMaskOfOnes() {
    new TestFolder(root)
        .grey("1.png", 4, 4, (x, y) -> 10)
        .grey("2.png", 4, 4, (x, y) -> 10)
        .grey("m.png", 4, 4, (x, y) -> x > 1 ? 255 : 0)
        .labels("file,label,mask,split", "1.png,a,,train", "2.png,b,m.png,train");
    MaskedImages images =
        MaskedImages.builder(DatasetManifest.read(root), Split.TRAIN, new ImageSize(4, 4, 1))
            .optShuffle(false)
            .build();
    try (BatchIterator batches = images.epoch(0);
        MaskedBatch batch = batches.next()) {
      assertThat(batch.hasMask()).containsExactly(false, true);
      assertThat(batch.masks().sumNumber().intValue()).isEqualTo(16 + 8);
    }
  }

  @Test
  void theSameSeedGivesTheSameEpochWhateverWasReadBefore() {
    DatasetManifest manifest = TestFolder.small(root, 6);
    MaskedImages first = everything(manifest).build();
    walk(first, 0);
    walk(first, 1);
    Seen third = walk(first, 2);
    assertSame(third, walk(everything(manifest).build(), 2));
    assertSame(third, walk(everything(manifest).optCacheBytes(0).build(), 2));
    assertSame(third, walk(first, 2));
  }

  @Test
  void theNumberOfThreadsChangesNothing() {
    DatasetManifest manifest = TestFolder.small(root, 6);
    Seen one = walk(everything(manifest).optThreads(1).build(), 2);
    assertSame(one, walk(everything(manifest).optThreads(5).build(), 2));
    assertThatThrownBy(() -> everything(manifest).optThreads(0))
        .hasMessageContaining("loader threads is 0");
  }

  @Test
  void noMoreBatchesAreInMemoryThanThreadsAndAFew() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    MaskedImages images =
        MaskedImages.builder(store(loads, 100_000)).optBatch(10).optThreads(2).build();
    try (BatchIterator batches = images.epoch(0)) {
      batches.next().close();
      for (int last = -1; last != loads.get(); Thread.sleep(50)) {
        last = loads.get();
      }
      assertThat(loads.get()).isEqualTo(50);
    }
  }

  @Test
  void balancedSamplingShowsAllClassesEquallyOften() {
    ImageStore rare =
        new ForwardingStore(store(new AtomicInteger(), 40)) {
          @Override
          public int label(int index) {
            return index < 5 ? 0 : 1;
          }
        };
    MaskedImages images = MaskedImages.builder(rare).optBalancedSampling().optBatch(40).build();
    try (BatchIterator batches = images.epoch(3);
        MaskedBatch batch = batches.next()) {
      assertThat(batch.labels().sum(0).toFloatVector()).containsExactly(20, 20);
      assertThat(batch.files().stream().distinct().filter(f -> f.matches("image [0-4]")))
          .hasSize(5);
      assertThat(batch.files().stream().distinct()).hasSize(25);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anImageThatComesSeveralTimesIsAnotherOneEachTime(int threads) {
    ImageStore rare =
        new ForwardingStore(store(new AtomicInteger(), 40)) {
          @Override
          public int label(int index) {
            return index < 5 ? 0 : 1;
          }
        };
    MaskedImages.Builder builder =
        MaskedImages.builder(rare)
            .optBalancedSampling()
            .optAugmentation(PairedAugmentation.builder().optNoise(0.5).build())
            .optThreads(threads)
            .optBatch(7);
    Map<String, Set<Float>> seen = new HashMap<>();
    List<Float> all = new ArrayList<>();
    try (BatchIterator batches = builder.build().epoch(3)) {
      while (batches.hasNext()) {
        try (MaskedBatch batch = batches.next()) {
          for (int i = 0; i < batch.size(); i++) {
            float value = batch.pixels(i).image()[0];
            all.add(value);
            seen.computeIfAbsent(batch.files().get(i), f -> new HashSet<>()).add(value);
          }
        }
      }
    }
    for (int i = 0; i < 5; i++) {
      assertThat(seen.get("image " + i)).hasSize(4);
    }
    assertThat(all).hasSize(40);
    // The same values with one thread and with several, and as always for those that come once.
    List<Float> again = new ArrayList<>();
    try (BatchIterator batches = builder.optThreads(4 - threads).build().epoch(3)) {
      while (batches.hasNext()) {
        try (MaskedBatch batch = batches.next()) {
          for (int i = 0; i < batch.size(); i++) {
            again.add(batch.pixels(i).image()[0]);
          }
        }
      }
    }
    assertThat(again).isEqualTo(all);
  }

  @Test
  void classWeightsMultiplyTheWeightsOfTheData() {
    new TestFolder(root)
        .grey("1.png", 4, 4, (x, y) -> 10)
        .grey("2.png", 4, 4, (x, y) -> 10)
        .grey("3.png", 4, 4, (x, y) -> 10)
        .labels("file,label,mask,split,weight", "1.png,a,,val,2", "2.png,b,,val,", "3.png,b,,val,");
    DatasetManifest manifest = DatasetManifest.read(root);
    // 3 images, 2 classes: 3/(2·1) for a, 3/(2·2) for b.
    ClassWeights weights = ClassWeights.balanced(manifest, Split.VAL);
    assertThat(weights.having()).containsExactly(1.5, 0.75);
    MaskedImages images =
        MaskedImages.builder(manifest, Split.VAL, new ImageSize(4, 4, 1))
            .optClassWeights(weights)
            .build();
    try (BatchIterator batches = images.epoch(0);
        MaskedBatch batch = batches.next()) {
      assertThat(batch.weights().toFloatMatrix())
          .isDeepEqualTo(new float[][] {{3, 2}, {1, 0.75f}, {1, 0.75f}});
    }
    assertThat(ClassWeights.of(List.of("a", "b"), Map.of("b", 4.0)).having())
        .containsExactly(1.0, 4.0);
    assertThatThrownBy(() -> ClassWeights.of(List.of("a", "b"), Map.of("c", 4.0)))
        .hasMessageContaining("class weight of 'c' is 4.0");
  }

  @Test
  void withSeveralLabelsBothSidesAreBalanced() {
    new TestFolder(root)
        .grey("1.png", 4, 4, (x, y) -> 10)
        .grey("2.png", 4, 4, (x, y) -> 10)
        .grey("3.png", 4, 4, (x, y) -> 10)
        .grey("4.png", 4, 4, (x, y) -> 10)
        .labels(
            "file,label:a,label:b,mask,split",
            "1.png,1,1,,train",
            "2.png,,1,,train",
            "3.png,,1,,train",
            "4.png,,-1,,train");
    ClassWeights weights = ClassWeights.balanced(DatasetManifest.read(root), Split.TRAIN);
    assertThat(weights.having()).containsExactly(2.0, 1.0);
    assertThat(weights.lacking()).containsExactly(4 / 6.0, 1.0);
  }

  /** Of five images one has the class, two may have it, two lack it. */
  @ParameterizedTest
  @CsvSource({"IGNORE, 1.5, 0.75", "ZEROS, 2.5, 0.625", "ONES, 0.8333333333333334, 1.25"})
  void uncertainLabelsCountInClassWeightsAsThePolicySays(
      Reading.Uncertain policy, double having, double lacking) {
    TestFolder folder = new TestFolder(root);
    for (int i = 1; i <= 5; i++) {
      folder.grey(i + ".png", 4, 4, (x, y) -> 10);
    }
    folder.labels(
        "file,label:a,label:b,mask,split",
        "1.png,1,1,,train",
        "2.png,-1,1,,train",
        "3.png,-1,1,,train",
        "4.png,,1,,train",
        "5.png,,1,,train");
    DatasetManifest manifest = DatasetManifest.read(root).with(Reading.standard().with(policy));
    ClassWeights weights = ClassWeights.balanced(manifest, Split.TRAIN);
    assertThat(weights.having()).containsExactly(having, 1.0);
    assertThat(weights.lacking()).containsExactly(lacking, 1.0);
  }

  @Test
  void theDiskCacheGivesTheSameImagesUntilAFileChanges(@TempDir Path cache) throws Exception {
    DatasetManifest manifest = TestFolder.small(root, 3);
    Seen plain = walk(everything(manifest).build(), 1);
    assertSame(plain, walk(everything(manifest).optDiskCache(cache).build(), 1));
    // Files that cannot be decoded any more show that the cache is what is read.
    for (Sample sample : manifest.split(Split.TRAIN)) {
      FileTime time = Files.getLastModifiedTime(sample.image());
      byte[] garbage = new byte[(int) Files.size(sample.image())];
      Files.write(sample.image(), garbage);
      Files.setLastModifiedTime(sample.image(), time);
    }
    assertSame(plain, walk(everything(manifest).optDiskCache(cache).build(), 1));
    Files.setLastModifiedTime(manifest.split(Split.TRAIN).get(0).image(), FileTime.fromMillis(1));
    assertThatThrownBy(() -> walk(everything(manifest).optDiskCache(cache).build(), 1))
        .hasMessageContaining("cannot be decoded");
  }

  @Test
  void aDamagedCacheEntryIsMadeAnew(@TempDir Path cache) throws Exception {
    DatasetManifest manifest = TestFolder.small(root, 3);
    Seen plain = walk(everything(manifest).optDiskCache(cache).build(), 1);
    try (Stream<Path> files = Files.walk(cache)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
      }
    }
    assertSame(plain, walk(everything(manifest).optDiskCache(cache).build(), 1));
  }

  @Test
  void epochsAndSeedsDiffer() {
    DatasetManifest manifest = TestFolder.small(root, 6);
    MaskedImages images = everything(manifest).build();
    Seen first = walk(images, 0);
    Seen second = walk(images, 1);
    assertThat(first.files).isNotEqualTo(second.files).hasSameElementsAs(second.files);
    assertThat(walk(everything(manifest).optSeed(8).build(), 0).files).isNotEqualTo(first.files);
  }

  @Test
  void valuesStayInRangeAndMasksBinary() {
    Seen seen = walk(everything(TestFolder.small(root, 6)).build(), 3);
    int wrong = 0;
    for (float[] image : seen.images) {
      for (float value : image) {
        wrong += value >= 0 && value <= 1 ? 0 : 1;
      }
    }
    for (float[] mask : seen.masks) {
      for (float value : mask) {
        wrong += value == 0 || value == 1 ? 0 : 1;
      }
    }
    assertThat(wrong).isZero();
  }

  @Test
  void theBiasIsMeasuredAgainstTheAugmentedMask() {
    DatasetManifest manifest = TestFolder.small(root, 4);
    MaskedImages images =
        MaskedImages.builder(manifest, Split.TRAIN, SIZE)
            .optAugmentation(PairedAugmentation.builder().optFlipHorizontal(0.5).build())
            .optBias(
                new SyntheticBias(
                    List.of(Shape.SQUARE, Shape.CIRCLE), 6, 1, Placement.RANDOM, false),
                BiasScenario.BIASED)
            .build();
    for (int epoch = 0; epoch < 5; epoch++) {
      Seen seen = walk(images, epoch);
      for (int b = 0; b < seen.images.size(); b++) {
        int white = 0;
        for (int i = 0; i < seen.images.get(b).length; i++) {
          if (seen.images.get(b)[i] == 1f) {
            white++;
            assertThat(seen.masks.get(b)[i]).isZero();
          }
        }
        assertThat(white).isPositive();
      }
    }
  }

  @Test
  void theCacheReadsEachImageOnceUpToItsLimit() {
    AtomicInteger loads = new AtomicInteger();
    ImageStore store = store(loads, 10);
    MaskedImages cached = MaskedImages.builder(store).build();
    walk(cached, 0);
    walk(cached, 1);
    assertThat(loads).hasValue(10);
    loads.set(0);
    // Room for three of ten images of 4 bytes each.
    MaskedImages limited = MaskedImages.builder(store).optCacheBytes(12).build();
    walk(limited, 0);
    walk(limited, 1);
    assertThat(loads).hasValue(10 + 7);
  }

  /** A store of one's own, to be changed in single methods. */
  private static class ForwardingStore implements ImageStore {
    private final ImageStore store;

    ForwardingStore(ImageStore store) {
      this.store = store;
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

    @Override
    public int label(int index) {
      return store.label(index);
    }

    @Override
    public String name(int index) {
      return store.name(index);
    }

    @Override
    public Pixels load(int index) {
      return store.load(index);
    }
  }

  /** One grey pixel each. */
  private static ImageStore store(AtomicInteger loads, int size) {
    return new ImageStore() {
      @Override
      public List<String> classes() {
        return List.of("a", "b");
      }

      @Override
      public ImageSize imageSize() {
        return new ImageSize(1, 1, 1);
      }

      @Override
      public int size() {
        return size;
      }

      @Override
      public int label(int index) {
        return index % 2;
      }

      @Override
      public String name(int index) {
        return "image " + index;
      }

      @Override
      public Pixels load(int index) {
        loads.incrementAndGet();
        return new Pixels(imageSize(), new float[] {0.5f}, Optional.empty());
      }
    };
  }

  @Test
  void aBrokenFileReachesTheConsumer() throws Exception {
    DatasetManifest manifest = TestFolder.small(root, 4);
    Files.writeString(root.resolve("images/val1a.png"), "broken");
    MaskedImages images = MaskedImages.builder(manifest, Split.VAL, SIZE).optBatch(1).build();
    assertThatThrownBy(() -> walk(images, 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("val1a.png' (labels.csv, line 12) cannot be decoded");
  }

  @Test
  void closingEarlyStopsTheThread() throws Exception {
    DatasetManifest manifest = TestFolder.small(root, 20);
    MaskedImages images = MaskedImages.builder(manifest, Split.VAL, SIZE).optBatch(1).build();
    BatchIterator batches = images.epoch(91);
    batches.next().close();
    Thread thread =
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().startsWith("isnet-data-epoch-91-"))
            .findFirst()
            .orElseThrow();
    assertThat(thread.isDaemon()).isTrue();
    batches.close();
    thread.join(5000);
    assertThat(thread.isAlive()).isFalse();
    assertThat(batches.hasNext()).isFalse();
  }

  @Test
  void theBiasMustFitTheNumberOfClasses() {
    MaskedImages.Builder builder =
        MaskedImages.builder(TestFolder.small(root, 1), Split.TRAIN, SIZE);
    assertThatThrownBy(() -> builder.optBias(SyntheticBias.ofClasses(3), BiasScenario.BIASED))
        .hasMessageContaining("shapes for 3 classes, but the data has the 2 classes 'a', 'b'");
    assertThatThrownBy(() -> builder.optBatch(0)).hasMessageContaining("batch size is 0");
  }
}

package dev.isnet.benchmarks;

import dev.isnet.backbone.ConvNet;
import dev.isnet.data.BatchIterator;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedImages;
import dev.isnet.data.Split;
import dev.isnet.data.augment.PairedAugmentation;
import dev.isnet.data.phantom.ChestPhantom;
import dev.isnet.data.phantom.PhantomWriter;
import dev.isnet.train.EpochMetrics;
import dev.isnet.train.Objective;
import dev.isnet.train.Trainer;
import dev.isnet.train.TrainingListener;
import dev.isnet.train.TrainingPlan;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Images of 224×224: milliseconds for each, so that less is better. */
final class DataBenchmarks {
  private static final int SIDE = 224;
  private static final int THREADS = 2;
  private static final int ROUNDS = 5;
  private static final int WAITED_EPOCHS = 4;

  /** Phantoms on one thread; at most 10 ms, that is 100 a second. */
  Measurement phantoms() {
    ImageSize size = new ImageSize(SIDE, SIDE, 1);
    double[] ms = new double[ROUNDS];
    int count = 60;
    for (int round = -2; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < count; i++) {
        ChestPhantom.draw(size, i % ChestPhantom.CLASSES.size(), 1, i);
      }
      if (round >= 0) {
        ms[round] = (System.nanoTime() - start) / 1e6 / count;
      }
    }
    Arrays.sort(ms);
    System.err.printf("phantoms: %.0f images/s on one thread%n", 1000 / ms[ROUNDS / 2]);
    return new Measurement("phantom-ms", ms[ROUNDS / 2], 10);
  }

  /**
   * JPEG photographs in colour with PNG masks: decoded in every epoch, flipped, turned, moved and
   * scaled, changed in brightness and contrast, and stacked to batches of 16; at most 2.5 ms, that
   * is 400 a second.
   */
  Measurement loader() {
    return withJpegs(DataBenchmarks::loader);
  }

  /**
   * The share of a training epoch in which the trainer waits for its loader: the same images, none
   * kept in memory, and the four-convolution network; at most a twentieth. The plain step is the
   * shortest there is, and so the most easily kept waiting.
   */
  Measurement waiting(Objective objective, String name) {
    return withJpegs(manifest -> waiting(manifest, objective, name));
  }

  private static Measurement waiting(DatasetManifest manifest, Objective objective, String name) {
    ImageSize size = new ImageSize(SIDE, SIDE, 3);
    TimedImages train = new TimedImages(jpegs(manifest, Split.TRAIN).build());
    MaskedImages val = MaskedImages.builder(manifest, Split.VAL, size).build();
    ComputationGraph network = new ComputationGraph(ConvNet.builder(size, 3).build());
    List<double[]> epochs = new ArrayList<>();
    Trainer.builder(network, objective, TrainingPlan.standard(WAITED_EPOCHS), train, val)
        .optListener(
            new TrainingListener() {
              @Override
              public void epoch(EpochMetrics metrics) {
                epochs.add(new double[] {train.takeWaited() / 1e9, metrics.seconds()});
              }
            })
        .build()
        .fit();
    double waited = 0;
    double all = 0;
    for (double[] epoch : epochs.subList(1, epochs.size())) { // the first one warms up
      System.err.printf("%s: waited %.3f s of an epoch of %.2f s%n", name, epoch[0], epoch[1]);
      waited += epoch[0];
      all += epoch[1];
    }
    return new Measurement(name, waited / all, 0.05);
  }

  private static Measurement withJpegs(Function<DatasetManifest, Measurement> measure) {
    try {
      Path folder = Files.createTempDirectory("isnet-benchmark");
      try {
        ImageSize size = new ImageSize(SIDE, SIDE, 3);
        DatasetManifest manifest =
            PhantomWriter.write(
                folder.resolve("data"), size, new PhantomWriter.Counts(100, 1, 1), 1, 1);
        asJpeg(manifest);
        return measure.apply(DatasetManifest.read(manifest.root()));
      } finally {
        try (Stream<Path> files = Files.walk(folder)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MaskedImages.Builder jpegs(DatasetManifest manifest, Split split) {
    return MaskedImages.builder(manifest, split, new ImageSize(SIDE, SIDE, 3))
        .optCacheBytes(0)
        .optThreads(THREADS)
        .optAugmentation(
            PairedAugmentation.builder()
                .optFlipHorizontal(0.5)
                .optRotate(15)
                .optTranslate(0.1)
                .optScale(0.1)
                .optBrightness(0.1)
                .optContrast(0.2)
                .build());
  }

  private static Measurement loader(DatasetManifest manifest) {
    MaskedImages images = jpegs(manifest, Split.TRAIN).build();
    double[] ms = new double[ROUNDS];
    for (int epoch = -2; epoch < ROUNDS; epoch++) {
      long start = System.nanoTime();
      try (BatchIterator batches = images.epoch(epoch + 2)) {
        while (batches.hasNext()) {
          batches.next().close();
        }
      }
      if (epoch >= 0) {
        ms[epoch] = (System.nanoTime() - start) / 1e6 / images.size();
      }
    }
    Arrays.sort(ms);
    System.err.printf(
        "loader: %.0f images with masks/s on %d threads%n", 1000 / ms[ROUNDS / 2], THREADS);
    return new Measurement("loader-ms", ms[ROUNDS / 2], 2.5);
  }

  /** Photographs come as JPEG. */
  private static void asJpeg(DatasetManifest manifest) throws IOException {
    Path labels = manifest.labelsFile();
    for (Path image : manifest.samples().stream().map(sample -> sample.image()).toList()) {
      BufferedImage picture = ImageIO.read(image.toFile());
      String name = image.getFileName().toString().replace(".png", ".jpg");
      ImageIO.write(picture, "jpg", image.resolveSibling(name).toFile());
    }
    String text = Files.readString(labels);
    Files.writeString(labels, text.replaceAll("(?m)^(images/[^,]*)[.]png", "$1.jpg"));
  }
}

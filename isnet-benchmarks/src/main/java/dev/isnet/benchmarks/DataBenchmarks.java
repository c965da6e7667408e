package dev.isnet.benchmarks;

import dev.isnet.data.BatchIterator;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedImages;
import dev.isnet.data.Split;
import dev.isnet.data.augment.PairedAugmentation;
import dev.isnet.data.phantom.ChestPhantom;
import dev.isnet.data.phantom.PhantomWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** Images of 224×224: milliseconds for each, so that less is better. */
final class DataBenchmarks {
  private static final int SIDE = 224;
  private static final int THREADS = 2;
  private static final int ROUNDS = 5;

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
    try {
      Path folder = Files.createTempDirectory("isnet-benchmark");
      try {
        return loader(folder);
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

  private static Measurement loader(Path folder) throws IOException {
    ImageSize size = new ImageSize(SIDE, SIDE, 3);
    DatasetManifest manifest =
        PhantomWriter.write(
            folder.resolve("data"), size, new PhantomWriter.Counts(100, 1, 1), 1, 1);
    asJpeg(manifest);
    MaskedImages images =
        MaskedImages.builder(DatasetManifest.read(manifest.root()), Split.TRAIN, size)
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
                    .build())
            .build();
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

package dev.isnet.train;

import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A problem that every architecture can learn: noisy images of 32×32 pixels with a bright striped
 * square somewhere, which is the foreground. Class 0 has horizontal stripes, class 1 vertical ones.
 *
 * @param size number of images, a multiple of 8
 */
record Stripes(int size) implements MaskedImageSource {
  static final ImageSize SIZE = new ImageSize(32, 32, 1);
  static final int BATCH = 8;

  @Override
  public List<String> classes() {
    return List.of("horizontal", "vertical");
  }

  @Override
  public ImageSize imageSize() {
    return SIZE;
  }

  @Override
  public Iterator<MaskedBatch> epoch(int epoch) {
    return IntStream.iterate(0, from -> from < size, from -> from + BATCH)
        .mapToObj(from -> batch(new Random(1000L * epoch + from)))
        .iterator();
  }

  private static MaskedBatch batch(Random random) {
    float[][][][] pixels = new float[BATCH][1][32][32];
    float[][] labels = new float[BATCH][2];
    float[][][][] masks = new float[BATCH][1][32][32];
    boolean[] hasMask = new boolean[BATCH];
    for (int i = 0; i < BATCH; i++) {
      int label = i % 2;
      labels[i][label] = 1;
      hasMask[i] = true;
      int top = random.nextInt(17);
      int left = random.nextInt(17);
      for (int r = 0; r < 32; r++) {
        for (int c = 0; c < 32; c++) {
          boolean inside = r >= top && r < top + 16 && c >= left && c < left + 16;
          boolean bright = inside && (label == 0 ? r : c) / 2 % 2 == 0;
          masks[i][0][r][c] = inside ? 1 : 0;
          pixels[i][0][r][c] = 0.2f * random.nextFloat() + (bright ? 0.8f : inside ? 0.4f : 0);
        }
      }
    }
    return new MaskedBatch(
        Nd4j.createFromArray(pixels),
        Nd4j.createFromArray(labels),
        Nd4j.createFromArray(masks),
        hasMask,
        Collections.nCopies(BATCH, "stripes"));
  }
}

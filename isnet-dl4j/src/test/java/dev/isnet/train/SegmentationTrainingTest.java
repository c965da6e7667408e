package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.backbone.UNet;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.segment.Segmenter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class SegmentationTrainingTest {
  private static final ImageSize SIZE = new ImageSize(16, 16, 1);

  @TempDir private Path folder;

  /** Bright squares at random places; every fifth image has no mask, and shows none. */
  private record Squares(int size) implements MaskedImageSource {
    @Override
    public List<String> classes() {
      return List.of("foreground");
    }

    @Override
    public ImageSize imageSize() {
      return SIZE;
    }

    @Override
    public Iterator<MaskedBatch> epoch(int epoch) {
      return IntStream.iterate(0, from -> from < size, from -> from + 5)
          .mapToObj(from -> batch(new Random(100L * epoch + from)))
          .iterator();
    }

    private static MaskedBatch batch(Random random) {
      float[][][][] pixels = new float[5][1][16][16];
      float[][][][] masks = new float[5][1][16][16];
      for (int i = 0; i < 5; i++) {
        int top = random.nextInt(9);
        int left = random.nextInt(9);
        for (int r = 0; r < 16; r++) {
          for (int c = 0; c < 16; c++) {
            boolean inside = r >= top && r < top + 7 && c >= left && c < left + 7;
            masks[i][0][r][c] = inside || i == 4 ? 1 : 0;
            pixels[i][0][r][c] = 0.6f * random.nextFloat() + (inside && i < 4 ? 0.4f : 0);
          }
        }
      }
      return new MaskedBatch(
          Nd4j.createFromArray(pixels),
          Nd4j.ones(5, 1),
          Nd4j.createFromArray(masks),
          new boolean[] {true, true, true, true, false},
          Collections.nCopies(5, "square"));
    }
  }

  private static ComputationGraph network() {
    ComputationGraph net =
        new ComputationGraph(UNet.builder(SIZE).optDepth(3).optFilters(4).optSeed(2).build());
    net.init();
    return net;
  }

  private static Trainer.Builder trainer(
      ComputationGraph net, int epochs, int patience, List<EpochMetrics> seen) {
    return Trainer.builder(
            net,
            Objective.segmentation(),
            new TrainingPlan(epochs, new Adam(1e-2), 1, 0, Optional.empty(), patience, 7),
            new Squares(40),
            new Squares(10))
        .optListener(
            new TrainingListener() {
              @Override
              public void epoch(EpochMetrics metrics) {
                seen.add(metrics);
              }
            });
  }

  @Test
  void theScoreIsTheMeanDiceAndRises() {
    List<EpochMetrics> seen = new ArrayList<>();
    trainer(network(), 15, 0, seen).build().fit();
    EpochMetrics last = seen.get(14);
    assertThat(last.validationMacroF1()).isBetween(0.9, 1.0);
    assertThat(last.validationLoss())
        .isEqualTo(last.validationClassification() + last.validationForeground())
        .isLessThan(0.5 * seen.get(0).validationLoss());
    assertThat(last.background()).isZero();
  }

  @Test
  void aRunThatIsResumedEndsWhereTheUnbrokenOneDoes() {
    ComputationGraph whole = network();
    trainer(whole, 4, 0, new ArrayList<>()).build().fit();
    trainer(network(), 2, 0, new ArrayList<>()).optCheckpoints(folder).build().fit();
    ComputationGraph resumed = network();
    trainer(resumed, 4, 0, new ArrayList<>()).optCheckpoints(folder).build().fit();
    assertThat(resumed.params()).isEqualTo(whole.params());
    try (Segmenter segmenter = Segmenter.read(folder.resolve("best.zip"))) {
      assertThat(segmenter.imageSize()).isEqualTo(SIZE);
      assertThat(segmenter.foreground(new float[256])).hasSize(256);
    }
  }

  @Test
  void itStopsWhenItNoLongerGetsBetter() {
    List<EpochMetrics> seen = new ArrayList<>();
    TrainingResult result = trainer(network(), 200, 2, seen).build().fit();
    assertThat(seen).hasSizeLessThan(200).hasSize(result.bestEpoch() + 3);
  }
}

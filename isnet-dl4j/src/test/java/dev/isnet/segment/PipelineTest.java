package dev.isnet.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.backbone.ConvNet;
import dev.isnet.backbone.UNet;
import dev.isnet.backbone.Vgg;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.explain.Explainer;
import dev.isnet.graph.Predictor;
import dev.isnet.relevance.RuleSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PipelineTest {
  private static final ImageSize SIZE = new ImageSize(16, 24, 3);
  private static final double THRESHOLD = 0.4;

  @TempDir private Path folder;

  private static ComputationGraph segmenter;
  private static ComputationGraph classifier;
  private static ComputationGraph joined;

  @BeforeAll
  static void join() {
    segmenter = initialised(UNet.builder(SIZE).optDepth(3).optFilters(4).optSeed(5).build());
    // About half of the pixels shall be foreground.
    double mean = segmenter.feedForward(images(4), false).get("logits").meanNumber().doubleValue();
    segmenter.getParam("logits_b").subi(mean - Pipeline.logit(THRESHOLD));
    classifier = initialised(ConvNet.builder(SIZE, 3).optFilters(4, 6).optSeed(6).build());
    joined = Pipeline.join(segmenter, THRESHOLD, classifier, SIZE);
  }

  private static ComputationGraph initialised(ComputationGraphConfiguration configuration) {
    ComputationGraph net = new ComputationGraph(configuration);
    net.init();
    return net;
  }

  private static INDArray images(int count) {
    Nd4j.getRandom().setSeed(3);
    return Nd4j.rand(DataType.FLOAT, count, 3, 16, 24);
  }

  /** By hand: 1 where the probability is above the threshold. */
  private static INDArray erased(INDArray images) {
    INDArray probabilities = segmenter.output(false, images)[0];
    INDArray erased = images.dup();
    for (long b = 0; b < images.size(0); b++) {
      for (long c = 0; c < 3; c++) {
        for (long i = 0; i < 16; i++) {
          for (long j = 0; j < 24; j++) {
            if (probabilities.getDouble(b, 0, i, j) <= THRESHOLD) {
              erased.putScalar(new long[] {b, c, i, j}, 0);
            }
          }
        }
      }
    }
    return erased;
  }

  @Test
  void isTheClassifierOnWhatTheSegmenterLeaves() {
    INDArray x = images(4);
    INDArray expected = erased(x);
    assertThat(expected.eq(0).castTo(DataType.FLOAT).meanNumber().doubleValue())
        .isBetween(0.2, 0.8);
    assertThat(
            joined.feedForward(x, false).get("segmented").sub(expected).amaxNumber().doubleValue())
        .isLessThan(1e-6);
    assertThat(
            joined
                .output(false, x)[0]
                .sub(classifier.output(false, expected)[0])
                .amaxNumber()
                .doubleValue())
        .isLessThan(1e-6);
  }

  @Test
  void loadsWithDeeplearning4jAlone() throws IOException {
    assertThat(joined.getConfiguration().toJson()).doesNotContain("dev.isnet");
    Path file = folder.resolve("pipeline.zip");
    ModelSerializer.writeModel(joined, file.toFile(), false);
    ComputationGraph loaded = ModelSerializer.restoreComputationGraph(file.toFile());
    INDArray x = images(2);
    assertThat(loaded.output(false, x)[0]).isEqualTo(joined.output(false, x)[0]);
  }

  @Test
  void theTwinSaysTheSame() {
    INDArray x = images(2);
    try (Predictor predictor = new Predictor(joined)) {
      assertThat(
              predictor.probabilities(x).sub(joined.output(false, x)[0]).amaxNumber().doubleValue())
          .isLessThan(1e-5);
    }
  }

  @Test
  void relevanceIsTheClassifiersAndNoneIsWhereNothingIsLetThrough() {
    INDArray x = images(2);
    for (RuleSet rules : List.of(RuleSet.textbook(0.01), RuleSet.epsilon(0.01))) {
      try (Explainer whole = new Explainer(joined, rules);
          Explainer part = new Explainer(classifier, rules)) {
        INDArray maps = whole.explain(x);
        INDArray expected = part.explain(erased(x));
        assertThat(maps.sub(expected).amaxNumber().doubleValue())
            .isLessThan(1e-5 * expected.amaxNumber().doubleValue());
      }
    }
    INDArray kept = erased(x).neq(0).castTo(DataType.FLOAT);
    try (Explainer whole = new Explainer(joined, RuleSet.standard());
        Explainer part = new Explainer(classifier, RuleSet.standard())) {
      INDArray maps = whole.explain(x);
      INDArray expected = part.explain(erased(x));
      for (int k = 0; k < 3; k++) {
        INDArray ours = maps.slice(k, 1);
        INDArray theirs = expected.slice(k, 1).mul(kept);
        assertThat(ours.sub(theirs).amaxNumber().doubleValue())
            .isLessThan(1e-5 * theirs.amaxNumber().doubleValue());
      }
    }
  }

  @Test
  void trainingImagesAreErasedAsThePipelineDoes() {
    INDArray x = images(2);
    INDArray expected = erased(x);
    MaskedImageSource source =
        new MaskedImageSource() {
          @Override
          public List<String> classes() {
            return List.of("a", "b", "c");
          }

          @Override
          public ImageSize imageSize() {
            return SIZE;
          }

          @Override
          public int size() {
            return 2;
          }

          @Override
          public Iterator<MaskedBatch> epoch(int epoch) {
            return List.of(
                    new MaskedBatch(
                        x.dup(),
                        Nd4j.ones(2, 3),
                        Nd4j.ones(2, 1, 16, 24),
                        new boolean[] {true, true},
                        List.of("x", "y")))
                .iterator();
          }
        };
    try (Predictor predictor = new Predictor(segmenter);
        MaskedBatch batch = new ErasedImages(source, predictor, THRESHOLD).epoch(0).next()) {
      assertThat(batch.images().sub(expected).amaxNumber().doubleValue()).isLessThan(1e-6);
    }
  }

  @Test
  void denseLayersKeepTheirPreprocessors() {
    ImageSize size = new ImageSize(32, 32, 1);
    ComputationGraph vgg = initialised(Vgg.builder(11, size, 2).build());
    ComputationGraph unet = initialised(UNet.builder(size).optDepth(2).optFilters(2).build());
    INDArray x = Nd4j.rand(DataType.FLOAT, 1, 1, 32, 32);
    assertThat(Pipeline.join(unet, 0.5, vgg, size).output(false, x)[0].shape())
        .containsExactly(1, 2);
  }

  @Test
  void mistakesAreTold() {
    assertThatThrownBy(() -> Pipeline.join(classifier, 0.5, classifier, SIZE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("does not end with a mask");
    assertThatThrownBy(() -> Pipeline.join(segmenter, 1, classifier, SIZE))
        .hasMessage("the threshold is 1.0, but must be between 0 and 1");
  }
}

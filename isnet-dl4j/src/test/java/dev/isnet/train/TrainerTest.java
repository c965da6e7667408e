package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.backbone.ConvNet;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.model.ModelBundle;
import dev.isnet.relevance.RuleSet;
import dev.isnet.relevance.Variant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

class TrainerTest {

  private static final ImageSize SIZE = new ImageSize(12, 12, 1);

  /**
   * Class 1 has a bright square in the foreground, class 0 a dark one; the last batch is smaller.
   */
  private record Squares(int size) implements MaskedImageSource {
    @Override
    public List<String> classes() {
      return List.of("dark", "bright");
    }

    @Override
    public ImageSize imageSize() {
      return SIZE;
    }

    @Override
    public Iterator<MaskedBatch> epoch(int epoch) {
      return IntStream.iterate(0, from -> from < size, from -> from + 8)
          .mapToObj(from -> batch(epoch, from, Math.min(size, from + 8)))
          .iterator();
    }

    private static MaskedBatch batch(int epoch, int from, int to) {
      int count = to - from;
      float[][][][] pixels = new float[count][1][12][12];
      float[][] labels = new float[count][2];
      float[][][][] masks = new float[count][1][12][12];
      boolean[] hasMask = new boolean[count];
      for (int i = 0; i < count; i++) {
        int label = (from + i) % 2;
        labels[i][label] = 1;
        hasMask[i] = true;
        java.util.Random random = new java.util.Random(1000L * epoch + from + i);
        for (int r = 0; r < 12; r++) {
          for (int c = 0; c < 12; c++) {
            boolean inside = r >= 3 && r < 9 && c >= 3 && c < 9;
            masks[i][0][r][c] = inside ? 1 : 0;
            pixels[i][0][r][c] = 0.4f * random.nextFloat() + (inside ? 0.6f * label : 0.3f);
          }
        }
      }
      return new MaskedBatch(
          Nd4j.createFromArray(pixels),
          Nd4j.createFromArray(labels),
          Nd4j.createFromArray(masks),
          hasMask,
          Collections.nCopies(count, "square"));
    }
  }

  private static ComputationGraph network() {
    ComputationGraph net =
        new ComputationGraph(
            ConvNet.builder(SIZE, 2)
                .optFilters(4, 6)
                .optBatchNorm(true)
                .optDropout(0.2)
                .optSeed(3)
                .build());
    net.init();
    return net;
  }

  private static Trainer.Builder trainer(ComputationGraph net, int epochs, IUpdater updater) {
    Objective objective = Objective.isnet(0.5, HeatmapLoss.standard(), RuleSet.standard());
    TrainingPlan plan = new TrainingPlan(epochs, updater, 1, 0.01, Optional.empty(), 0, 7);
    return Trainer.builder(net, objective, plan, new Squares(20), new Squares(10));
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void everyVariantTrainsAndLowersItsLoss(Variant variant) {
    Objective objective = Objective.isnet(0.5).with(variant);
    TrainingPlan plan = new TrainingPlan(12, new Adam(1e-2), 1, 0, Optional.empty(), 0, 7);
    List<Double> losses = new ArrayList<>();
    Trainer.builder(network(), objective, plan, new Squares(20), new Squares(10))
        .optListener(
            new TrainingListener() {
              @Override
              public void epoch(EpochMetrics metrics) {
                losses.add(metrics.validationLoss());
              }
            })
        .build()
        .fit();
    assertThat(Collections.min(losses)).isLessThan(0.8 * losses.get(0));
  }

  @Test
  void trainingThatWasInterruptedEndsWhereUnbrokenTrainingEnds(@TempDir Path folder) {
    for (IUpdater updater : List.of(new Adam(1e-3), new Nesterovs(1e-2, 0.9), new Sgd(1e-2))) {
      Path runs = folder.resolve(updater.getClass().getSimpleName());
      ComputationGraph unbroken = network();
      trainer(unbroken, 4, updater).optCheckpoints(runs.resolve("unbroken")).build().fit();

      Path broken = runs.resolve("broken");
      ComputationGraph killed = network();
      assertThatThrownBy(
              () ->
                  trainer(killed, 4, updater)
                      .optCheckpoints(broken)
                      .optListener(
                          new TrainingListener() {
                            @Override
                            public void step(int epoch, int step, int steps, double loss) {
                              if (epoch == 2 && step == 1) {
                                throw new IllegalStateException("killed");
                              }
                            }
                          })
                      .build()
                      .fit())
          .hasMessage("killed");
      ComputationGraph resumed = network();
      List<Integer> epochs = new ArrayList<>();
      trainer(resumed, 4, updater)
          .optCheckpoints(broken)
          .optListener(
              new TrainingListener() {
                @Override
                public void epoch(EpochMetrics metrics) {
                  epochs.add(metrics.epoch());
                }
              })
          .build()
          .fit();

      assertThat(epochs).containsExactly(2, 3);
      // Bit for bit; ND4J's own comparison of arrays allows for a difference.
      assertThat(resumed.params().toFloatVector()).isEqualTo(unbroken.params().toFloatVector());
      assertThat(ModelBundle.read(broken.resolve("last.zip")).net().params().toFloatVector())
          .isEqualTo(
              ModelBundle.read(runs.resolve("unbroken/last.zip")).net().params().toFloatVector());
    }
  }

  @Test
  void theNetworkEndsWithTheParametersOfTheSmallestValidationLoss(@TempDir Path folder)
      throws Exception {
    ComputationGraph net = network();
    List<Double> losses = new ArrayList<>();
    TrainingResult result =
        trainer(net, 5, new Adam(3e-2))
            .optCheckpoints(folder)
            .optListener(
                new TrainingListener() {
                  @Override
                  public void epoch(EpochMetrics metrics) {
                    losses.add(metrics.validationLoss());
                  }
                })
            .build()
            .fit();
    int best = losses.indexOf(Collections.min(losses));
    assertThat(result.bestEpoch()).isEqualTo(best);
    // a plain DL4J program reads it
    ComputationGraph read =
        ModelSerializer.restoreComputationGraph(folder.resolve("best.zip").toFile());
    assertThat(read.params()).isEqualTo(net.params());
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("best.zip", "last.zip");
    }
  }

  @Test
  void learnsASeparableProblem() {
    ComputationGraph net =
        new ComputationGraph(ConvNet.builder(SIZE, 2).optFilters(4, 6).optSeed(3).build());
    net.init();
    List<EpochMetrics> history = new ArrayList<>();
    trainer(net, 25, new Adam(1e-2))
        .optListener(
            new TrainingListener() {
              @Override
              public void epoch(EpochMetrics metrics) {
                history.add(metrics);
              }
            })
        .build()
        .fit();
    assertThat(history.get(history.size() - 1).validationMacroF1()).isEqualTo(1);
    assertThat(history.get(history.size() - 1).validationBackground())
        .isLessThan(history.get(0).validationBackground());
  }

  @Test
  void aLossThatIsNotANumberStopsWithEpochStepAndTerm() {
    ComputationGraph net = network();
    net.getParam("classes_W").assign(Double.NaN);
    assertThatThrownBy(() -> trainer(net, 2, new Adam(1e-3)).build().fit())
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("epoch 1, step 1")
        .hasMessageContaining("classification loss")
        .hasMessageContaining("raise d, lower the learning rate");
  }

  @Test
  void aNetworkWithAnotherNumberOfOutputsThanClassesIsRefused() {
    ComputationGraph net = new ComputationGraph(ConvNet.builder(SIZE, 5).optFilters(4).build());
    net.init();
    assertThatThrownBy(() -> trainer(net, 1, new Sgd(1e-2)).build().fit())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("5 outputs")
        .hasMessageContaining("2 classes");
  }

  @Test
  void earlyStoppingWaitsForAsManyEpochsAsItsPatience() {
    ComputationGraph net = network();
    Objective objective = Objective.plain();
    TrainingPlan plan =
        new TrainingPlan(50, new Sgd(0), 0, 0, Optional.empty(), 2, 7); // nothing ever improves
    TrainingResult result =
        Trainer.builder(net, objective, plan, new Squares(8), new Squares(8)).build().fit();
    // with batch norm the running statistics still move, so a few more epochs may be better
    assertThat(result.epochs()).isEqualTo(result.bestEpoch() + 3);
  }
}

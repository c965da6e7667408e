package dev.isnet.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.backbone.ConvNet;
import dev.isnet.data.BatchIterator;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImages;
import dev.isnet.data.Split;
import dev.isnet.data.phantom.PhantomWriter;
import dev.isnet.relevance.RuleSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.indexing.NDArrayIndex;

class BackgroundShareTest {
  private static final ImageSize SIZE = new ImageSize(16, 24, 1);

  @TempDir private Path folder;
  private Explainer explainer;

  @BeforeEach
  void draw() {
    PhantomWriter.write(folder, SIZE, new PhantomWriter.Counts(1, 3, 1), 1, 1);
    ComputationGraph network =
        new ComputationGraph(ConvNet.builder(SIZE, 3).optFilters(4).optSeed(1).build());
    network.init();
    explainer = new Explainer(network, RuleSet.standard());
  }

  private MaskedImages images() {
    return MaskedImages.builder(DatasetManifest.read(folder), Split.VAL, SIZE)
        .optBatch(4)
        .optShuffle(false)
        .build();
  }

  @Test
  void itIsTheMeanOverAllMapsOfAllImages() {
    double sum = 0;
    int maps = 0;
    try (BatchIterator batches = images().epoch(0)) {
      while (batches.hasNext()) {
        try (MaskedBatch batch = batches.next()) {
          for (int i = 0; i < batch.size(); i++) {
            MaskOutline mask =
                MaskOutline.of(
                    batch.masks().get(NDArrayIndex.interval(i, i + 1)).dup().data().asFloat(),
                    SIZE.height(),
                    SIZE.width());
            for (Heatmap map :
                explainer.explain(
                    batch.images().get(NDArrayIndex.interval(i, i + 1)).dup(),
                    List.of("a", "b", "c"))) {
              sum += map.backgroundShare(mask);
              maps++;
            }
          }
        }
      }
    }
    assertThat(maps).isEqualTo(27);
    assertThat(BackgroundShare.of(explainer, images())).hasValueCloseTo(sum / maps, within(1e-6));
  }

  @Test
  void withoutMasksThereIsNone() throws Exception {
    Path labels = folder.resolve(DatasetManifest.LABELS_FILE);
    String text = Files.readString(labels);
    Files.writeString(labels, text.replaceAll("masks/[^,\n]*", ""));
    assertThat(BackgroundShare.of(explainer, images())).isEmpty();
  }

  /** Nothing lies anywhere in a map of zeros, so none of it is in the background either. */
  @Test
  void mapsOfZerosAreLeftOut() {
    ComputationGraph network =
        new ComputationGraph(ConvNet.builder(SIZE, 3).optFilters(4).optSeed(1).build());
    network.init();
    network.params().assign(0);
    try (Explainer blind = new Explainer(network, RuleSet.standard())) {
      assertThat(BackgroundShare.of(blind, images())).isEmpty();
    }
  }
}

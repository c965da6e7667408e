package dev.isnet.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.backbone.UNet;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.graph.Networks;
import dev.isnet.relevance.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ExplainerTest {

  private static final ComputationGraph NET = Networks.RESIDUAL.create(DataType.DOUBLE);
  private static final INDArray IMAGES = Networks.images(DataType.DOUBLE, 3);

  @Test
  void classesAreInTheOrderInWhichTheyAreNamedAndMayComeTwice() {
    try (Explainer explainer = new Explainer(NET, RuleSet.standard())) {
      INDArray all = explainer.explain(IMAGES);
      INDArray chosen = explainer.explain(IMAGES, 2, 0, 2);
      assertThat(chosen.shape()).containsExactly(3, 3, 3, 10, 12);
      int[] classes = {2, 0, 2};
      for (int i = 0; i < 3; i++) {
        assertThat(at(chosen, i).sub(at(all, classes[i])).amaxNumber().doubleValue())
            .isLessThan(1e-12);
      }
    }
  }

  @Test
  void hiddenLayersCanBeExplainedForChosenClassesToo() {
    try (Explainer explainer = new Explainer(NET, RuleSet.standard())) {
      INDArray all = explainer.explainHidden(IMAGES, "c2");
      INDArray one = explainer.explainHidden(IMAGES, "c2", 1);
      assertThat(one.shape()).containsExactly(3, 1, 4, 10, 12);
      assertThat(at(one, 0).sub(at(all, 1)).amaxNumber().doubleValue()).isLessThan(1e-12);
    }
  }

  /** One pass for each number of classes and vertex, and of those the last four. */
  @Test
  void whatWasAskedLongAgoIsNotKept() {
    try (Explainer explainer = new Explainer(NET, RuleSet.standard())) {
      INDArray first = explainer.explain(IMAGES, 0);
      for (int k = 0; k < 3; k++) {
        explainer.explain(IMAGES, k);
      }
      assertThat(explainer.passes()).isEqualTo(2); // all classes, and one
      for (String vertex : List.of("c1", "c2", "c3", "s1", "r1", "c4")) {
        explainer.explainHidden(IMAGES, vertex);
        explainer.explain(IMAGES, 0, 1);
        for (int images = 1; images < 4; images++) {
          explainer.explain(IMAGES.get(NDArrayIndex.interval(0, images)).dup());
        }
        assertThat(explainer.passes()).isLessThanOrEqualTo(4);
      }
      assertThat(explainer.explain(IMAGES, 0)).isEqualTo(first);
    }
  }

  @Test
  void aClassThatThereIsNotIsRefusedWithThoseThatThereAre() {
    try (Explainer explainer = new Explainer(NET, RuleSet.standard())) {
      for (int k : new int[] {-1, 3}) {
        assertThatThrownBy(() -> explainer.explain(IMAGES, 0, k))
            .isInstanceOf(InputException.class)
            .hasMessage("There is no class %d; the network has the classes 0 to 2.", k);
      }
    }
  }

  @Test
  void noClassIsNotAllClasses() {
    try (Explainer explainer = new Explainer(NET, RuleSet.standard())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> explainer.explain(IMAGES, new int[0]))
          .withMessage("no class is named; leave the argument out to explain them all");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> explainer.explainHidden(IMAGES, "c2", new int[0]));
    }
  }

  @Test
  void afterClosingEveryCallSaysSo() {
    Explainer explainer = new Explainer(NET, RuleSet.standard());
    explainer.explain(IMAGES);
    explainer.close();
    explainer.close();
    INDArray one = IMAGES.get(NDArrayIndex.point(0)).dup();
    for (org.assertj.core.api.ThrowableAssert.ThrowingCallable call :
        List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
            () -> explainer.explain(IMAGES),
            () -> explainer.explain(IMAGES, 1),
            () -> explainer.explainHidden(IMAGES, "c1"),
            () -> explainer.explainHidden(IMAGES, "c1", 1),
            () -> explainer.explain(one, List.of("a", "b", "c")))) {
      assertThatThrownBy(call)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("This explainer is closed; make a new one.");
    }
  }

  @Test
  void threadsThatShareAnExplainerGetTheirOwnMaps() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Explainer explainer = new Explainer(NET, RuleSet.standard())) {
      List<INDArray> expected = new ArrayList<>();
      List<INDArray> images = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        images.add(IMAGES.get(NDArrayIndex.interval(i, i + 1)).dup());
        expected.add(explainer.explain(images.get(i), i));
      }
      List<Future<INDArray>> maps = new ArrayList<>();
      for (int call = 0; call < 60; call++) {
        int i = call % 3;
        maps.add(threads.submit(() -> explainer.explain(images.get(i), i)));
      }
      for (int call = 0; call < 60; call++) {
        assertThat(maps.get(call).get()).isEqualTo(expected.get(call % 3));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aSegmenterHasNoClassesToExplain() {
    ComputationGraph net =
        new ComputationGraph(
            UNet.builder(new ImageSize(16, 16, 1)).optDepth(2).optFilters(4).build());
    net.init();
    INDArray image = Nd4j.zeros(DataType.FLOAT, 1, 1, 16, 16);
    try (Explainer explainer = new Explainer(net, RuleSet.standard())) {
      assertThatThrownBy(() -> explainer.explain(image))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "The network gives logits of the shape [1, 1, 16, 16]; relevance explains a classifier's, one row of classes an image.");
    }
  }

  /** Maps of one class, [B, C, h, w]. */
  private static INDArray at(INDArray maps, int k) {
    return maps.get(NDArrayIndex.all(), NDArrayIndex.point(k));
  }
}

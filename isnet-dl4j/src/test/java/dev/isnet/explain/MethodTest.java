package dev.isnet.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.graph.Networks;
import dev.isnet.relevance.Dl4jRelevance;
import dev.isnet.relevance.NaiveGradCam;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every method against Deeplearning4j's own backward pass. */
class MethodTest {

  private static final int HEIGHT = Networks.SIZE.height();
  private static final int WIDTH = Networks.SIZE.width();

  private final ComputationGraph net = Networks.RESIDUAL.create(DataType.DOUBLE);
  private final INDArray images = Networks.images(DataType.DOUBLE, 2);
  private final Dl4jRelevance dl4j = new Dl4jRelevance(net, Networks.SIZE);

  @Test
  void gradientIsTheInputGradient() {
    try (Explainer explainer = new Explainer(net, Method.gradient())) {
      INDArray found = explainer.explain(images, 2).reshape(2, 3, HEIGHT, WIDTH);
      INDArray expected = dl4j.gradients(images, 2).get("in");
      assertThat(found.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-10);
    }
  }

  @Test
  void gradientInputIsMultipliedByThePixels() {
    try (Explainer explainer = new Explainer(net, Method.gradientInput())) {
      INDArray found = explainer.explain(images, 2).reshape(2, 3, HEIGHT, WIDTH);
      INDArray expected = dl4j.gradients(images, 2).get("in").mul(images);
      assertThat(found.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-10);
    }
  }

  @Test
  void gradCamIsOneChannelOfTheImagesSize() {
    INDArray activations = dl4j.activations(images).get("r1");
    try (Explainer explainer = new Explainer(net, new Method.GradCam(Optional.of("r1")))) {
      List<Heatmap> maps = explainer.explain(images.slice(0), List.of("a", "b", "c"));
      for (int k = 0; k < 3; k++) {
        double[][] expected =
            NaiveGradCam.resized(
                NaiveGradCam.map(activations, dl4j.gradients(images, k).get("r1"), 0),
                HEIGHT,
                WIDTH);
        assertThat(maps.get(k).channels()).isEqualTo(1);
        for (int i = 0; i < HEIGHT * WIDTH; i++) {
          assertThat((double) maps.get(k).values()[i])
              .isCloseTo(expected[i / WIDTH][i % WIDTH], within(1e-6));
        }
      }
    }
  }

  @Test
  void gradCamHasNoMapsOfHiddenLayers() {
    try (Explainer explainer = new Explainer(net, Method.gradCam())) {
      assertThatIllegalArgumentException().isThrownBy(() -> explainer.explainHidden(images, "c1"));
    }
  }
}

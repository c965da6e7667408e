package dev.isnet.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.graph.op.Cells;
import dev.isnet.relevance.Golden;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.JsonNode;

class GoldenHeatmapLossTest {

  private static final JsonNode GOLDEN = Golden.read("loss");

  /**
   * The settings with the paper's normalisation and a form of the foreground loss that method.md
   * has.
   */
  static List<JsonNode> settings() {
    List<JsonNode> settings = new ArrayList<>();
    for (JsonNode setting : GOLDEN.get("cases")) {
      if (setting.get("norm").asText().equals("absRoIMean")
          && !setting.get("fg").asText().equals("L1")) {
        settings.add(setting);
      }
    }
    return settings;
  }

  @ParameterizedTest
  @MethodSource("settings")
  void valueAndGradientAgreeWithTheReference(JsonNode s) {
    // theirs [B, K, C, h, w], ours [K·B, C, h, w] with the maps outside
    INDArray h = Golden.array(GOLDEN.get("H")).permute(1, 0, 2, 3, 4).dup('c');
    INDArray m = Golden.array(GOLDEN.get("M"));
    HeatmapLoss loss =
        new HeatmapLoss(
            s.get("w1").asDouble(),
            s.get("w2").asDouble(),
            s.get("C1").asDouble(),
            s.get("C2").asDouble(),
            s.get("E").asDouble(),
            s.get("d").asDouble(),
            s.get("fg").asText().equals("hybrid") ? ForegroundForm.HYBRID : ForegroundForm.SQUARE);
    INDArray gradient = h.ulike();
    HeatmapLoss.Terms terms =
        loss.evaluate(
            Cells.of(h),
            Cells.of(m),
            new boolean[] {true, true},
            new HeatmapLoss.Shape(3, 2, 3, 36),
            1,
            Cells.of(gradient));

    double total = loss.w1() * terms.background() + loss.w2() * terms.foreground();
    assertThat(total).isCloseTo(s.get("loss").asDouble(), within(1e-6 * Math.max(1, total)));
    if (s.hasNonNull("grad")) {
      INDArray expected = Golden.array(s.get("grad")).permute(1, 0, 2, 3, 4).dup('c');
      double scale = expected.norm2Number().doubleValue();
      assertThat(gradient.sub(expected).norm2Number().doubleValue())
          .isLessThan(1e-5 * scale + 1e-12);
    }
  }
}

package dev.isnet.relevance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Twin;
import dev.isnet.loss.ForegroundForm;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.loss.HeatmapLossOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

class GoldenRelevanceTest {

  record Case(String net, String name) {
    RuleSet rules() {
      double epsilon = Double.parseDouble(name.replaceAll(".*_e(0\\.\\d+)_.*", "$1"));
      RuleSet rules =
          name.startsWith("block") ? RuleSet.textbook(epsilon) : RuleSet.epsilon(epsilon);
      return name.endsWith("zb1") ? rules.withBox(0, 1) : rules;
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String net : List.of("plain_net", "bn_net")) {
      Golden.read(net)
          .get("cases")
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (name.startsWith("block_e") || name.startsWith("flex_original")) {
                  cases.add(new Case(net, name));
                }
              });
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void heatmapsLossAndGradientsAgreeWithTheReference(Case c) {
    JsonNode golden = Golden.read(c.net());
    JsonNode expected = golden.get("cases").get(c.name());
    ComputationGraph net =
        c.net().equals("plain_net") ? Golden.plainNet(golden) : Golden.bnNet(golden);
    Twin twin = Twin.of(net, Twin.Mode.EVALUATION);
    SDVariable heatmaps = RelevanceGraph.heatmaps(twin, c.rules());

    JsonNode p = golden.get("loss_params");
    HeatmapLoss loss =
        new HeatmapLoss(
            p.get("A").asDouble(),
            p.get("B").asDouble(),
            p.get("cut").asDouble(),
            p.get("cut2").asDouble(),
            p.get("E").asDouble(),
            p.get("d").asDouble(),
            ForegroundForm.SQUARE);
    SDVariable masks = twin.graph().placeHolder("masks", DataType.DOUBLE, -1, 1, -1, -1);
    SDVariable counted = twin.graph().placeHolder("counted", DataType.DOUBLE, -1);
    SDVariable weight = twin.graph().placeHolder("weight", DataType.DOUBLE, 1);
    HeatmapLossOp op = new HeatmapLossOp(loss, heatmaps, masks, counted, weight);
    Map<Twin.Parameter, SDVariable> gradients = twin.gradients(Map.of(heatmaps, op.out(0)));

    INDArray x = Golden.array(golden.get("x"));
    List<String> outputs =
        new ArrayList<>(List.of(twin.logits().name(), heatmaps.name(), op.out(1).name()));
    gradients.values().forEach(g -> outputs.add(g.name()));
    try (CompiledGraph compiled =
        new CompiledGraph(
            twin.graph(),
            DataType.DOUBLE,
            twin.bound(),
            Map.of(
                twin.input().name(),
                x.shape(),
                "masks",
                new long[] {2, 1, 8, 8},
                "counted",
                new long[] {2},
                "weight",
                new long[] {1}),
            outputs)) {
      compiled.array(twin.input().name()).assign(x);
      compiled.array("masks").assign(Golden.array(golden.get("mask")));
      compiled.array("counted").assign(1);
      compiled.array("weight").assign(1);
      compiled.run();

      assertClose(
          "logits",
          compiled.array(twin.logits().name()),
          Golden.array(expected.get("logits")),
          1e-9);
      // ours is [K·B, C, h, w] with the maps outside, theirs [B, K, C, h, w]
      INDArray maps =
          compiled.array(heatmaps.name()).reshape('c', 3, 2, 3, 8, 8).permute(1, 0, 2, 3, 4);
      assertClose("heatmaps", maps, Golden.array(expected.get("heatmap")), 1e-6);
      INDArray terms = compiled.array(op.out(1).name());
      double total = loss.w1() * terms.getDouble(0) + loss.w2() * terms.getDouble(1);
      assertThat(total)
          .isCloseTo(
              expected.get("loss").asDouble(),
              org.assertj.core.data.Offset.offset(1e-6 * Math.max(1, total)));

      if (expected.has("grads")) {
        for (Twin.Parameter parameter : twin.parameters()) {
          Optional<INDArray> reference = Golden.gradient(expected.get("grads"), parameter);
          SDVariable gradient = gradients.get(parameter);
          if (reference.isEmpty()) {
            continue;
          }
          INDArray ours =
              gradient == null
                  ? Nd4j.zeros(DataType.DOUBLE, parameter.array().shape())
                  : compiled.array(gradient.name());
          double scale = reference.get().norm2Number().doubleValue();
          assertThat(ours.sub(reference.get()).norm2Number().doubleValue())
              .as("gradient of %s, norm %s", parameter.variable().name(), scale)
              .isLessThanOrEqualTo(1e-5 * Math.max(scale, 1e-6));
        }
      }
    }
  }

  private static void assertClose(String what, INDArray ours, INDArray theirs, double tolerance) {
    double scale = Math.max(1, theirs.amaxNumber().doubleValue());
    assertThat(ours.sub(theirs).amaxNumber().doubleValue()).as(what).isLessThan(tolerance * scale);
  }
}

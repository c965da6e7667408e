package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.graph.CompiledGraph;
import dev.isnet.graph.Twin;
import dev.isnet.loss.ForegroundForm;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.relevance.Golden;
import dev.isnet.relevance.RuleSet;
import dev.isnet.relevance.Variant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

class GoldenObjectiveTest {

  record Case(String net, String name) {
    RuleSet rules() {
      double epsilon = Double.parseDouble(name.replaceAll(".*_e(0\\.\\d+)_.*", "$1"));
      RuleSet rules =
          name.startsWith("block") ? RuleSet.textbook(epsilon) : RuleSet.epsilon(epsilon);
      return name.endsWith("zb1") ? rules.withBox(0, 1) : rules;
    }

    Variant variant() {
      return name.contains("selective")
          ? Variant.SELECTIVE
          : name.contains("z+e") ? Variant.DUAL : Variant.ORIGINAL;
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String net : List.of("plain_net", "bn_net")) {
      Golden.read(net)
          .get("cases")
          .fieldNames()
          .forEachRemaining(name -> cases.add(new Case(net, name)));
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
    // The reference was run with the running statistics of batch norm, and differentiated.
    Twin twin = Twin.of(net, Twin.Mode.EVALUATION);
    LossTwin step =
        new LossTwin(
            twin, Twin.Mode.TRAINING, Objective.isnet(1, loss, c.rules()).with(c.variant()), 3, 3);
    HeatmapPenalty heatmaps = (HeatmapPenalty) step.penalty();
    INDArray x = Golden.array(golden.get("x"));
    Map<String, long[]> inputs = new HashMap<>();
    inputs.put(twin.input().name(), x.shape());
    inputs.put(StepInputs.LABELS, new long[] {2, 3});
    inputs.put(StepInputs.WEIGHTS, new long[] {2, 3});
    inputs.put(StepInputs.MASKS, new long[] {2, 1, 8, 8});
    inputs.put(StepInputs.COUNTED, new long[] {2});
    inputs.put(StepInputs.CLASSIFICATION_WEIGHT, new long[] {1});
    inputs.put(StepInputs.HEATMAP_WEIGHT, new long[] {1});
    List<String> outputs = new ArrayList<>(step.outputs());
    heatmaps.maps().forEach(map -> outputs.add(map.name()));
    try (CompiledGraph compiled =
        new CompiledGraph(twin.graph(), DataType.DOUBLE, twin.bound(), inputs, outputs)) {
      compiled.array(twin.input().name()).assign(x);
      compiled.array(StepInputs.MASKS).assign(Golden.array(golden.get("mask")));
      compiled.array(StepInputs.COUNTED).assign(1);
      compiled.array(StepInputs.LABELS).assign(0);
      compiled.array(StepInputs.WEIGHTS).assign(1);
      compiled.array(StepInputs.CLASSIFICATION_WEIGHT).assign(0);
      compiled.array(StepInputs.HEATMAP_WEIGHT).assign(1);
      compiled.run();

      assertClose(
          "logits",
          compiled.array(twin.logits().name()),
          Golden.array(expected.get("logits")),
          1e-9);
      INDArray[] passes =
          heatmaps.maps().stream().map(v -> compiled.array(v.name())).toArray(INDArray[]::new);
      // ours is [mB, C, h, w] with the maps outside, theirs [B, m, C, h, w]
      INDArray maps = Nd4j.concat(0, passes);
      long m = maps.size(0) / 2;
      assertClose(
          "heatmaps",
          maps.reshape('c', m, 2, 3, 8, 8).permute(1, 0, 2, 3, 4),
          Golden.array(expected.get("heatmap")),
          1e-6);
      double total = 0;
      for (SDVariable terms : heatmaps.layerTerms().get(0)) {
        total += loss.w1() * compiled.array(terms.name()).getDouble(0);
        total += loss.w2() * compiled.array(terms.name()).getDouble(1);
      }
      assertThat(total)
          .isCloseTo(expected.get("loss").asDouble(), Offset.offset(1e-6 * Math.max(1, total)));
      if (expected.has("grads")) {
        assertGradients(step, compiled, expected.get("grads"));
      }
    }
  }

  private static void assertGradients(LossTwin step, CompiledGraph compiled, JsonNode expected) {
    Map<Twin.Parameter, SDVariable> gradients = step.gradients();
    double largest =
        step.twin().parameters().stream()
            .flatMap(parameter -> Golden.gradient(expected, parameter).stream())
            .mapToDouble(gradient -> gradient.norm2Number().doubleValue())
            .max()
            .orElseThrow();
    for (Twin.Parameter parameter : step.twin().parameters()) {
      Optional<INDArray> reference = Golden.gradient(expected, parameter);
      if (reference.isEmpty()) {
        continue;
      }
      SDVariable gradient = gradients.get(parameter);
      INDArray ours =
          gradient == null
              ? Nd4j.zeros(DataType.DOUBLE, parameter.array().shape())
              : compiled.array(gradient.name());
      double scale = reference.get().norm2Number().doubleValue();
      assertThat(ours.sub(reference.get()).norm2Number().doubleValue())
          .as("gradient of %s, norm %s", parameter.variable().name(), scale)
          // The reference's loss is float32, so small sums of large terms are less exact.
          .isLessThanOrEqualTo(1e-5 * Math.max(scale, 0.05 * largest));
    }
  }

  private static void assertClose(String what, INDArray ours, INDArray theirs, double tolerance) {
    double scale = Math.max(1, theirs.amaxNumber().doubleValue());
    assertThat(ours.sub(theirs).amaxNumber().doubleValue()).as(what).isLessThan(tolerance * scale);
  }
}

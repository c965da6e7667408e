package dev.isnet.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.data.ImageSize;
import dev.isnet.evaluate.AttributionScores;
import dev.isnet.evaluate.Estimate;
import dev.isnet.graph.Twin;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Verdicts on made-up images, half of whose pixels are background. */
class VerdictTest {
  private static final List<String> CLASSES = List.of("ill", "well");

  private static AuditedNetwork network() {
    ComputationGraph unused =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("out", new OutputLayer.Builder().nIn(1).nOut(2).build(), "in")
                .setOutputs("out")
                .build());
    return new AuditedNetwork(
        new AuditableNetwork(unused, Twin.Output.SOFTMAX, AuditHeatmaps.relevance()),
        new ImageSize(2, 2, 1),
        CLASSES,
        0,
        1,
        false);
  }

  /**
   * So many images, half of each class, all right.
   *
   * @param flipped how many of them flip before another background
   * @param share how much relevance lies in their backgrounds
   */
  private static List<ImageAudit> images(int count, int flipped, double share) {
    List<ImageAudit> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int truth = i % 2;
      images.add(image(i, truth, truth, Optional.of("north"), i < flipped, share));
    }
    return images;
  }

  private static ImageAudit image(
      int i, int truth, int said, Optional<String> source, boolean flips, double share) {
    Map<Replacement, ImageAudit.After> after = new EnumMap<>(Replacement.class);
    for (Replacement replacement : Replacement.values()) {
      boolean flipsNow = flips && replacement == Replacement.ANOTHER;
      int now = flipsNow ? 1 - said : said;
      after.put(
          replacement,
          new ImageAudit.After(
              new Decision(List.of(now), now, 0.9),
              flipsNow ? 0.1 : 0.9,
              replacement == Replacement.ANOTHER ? Optional.of(1 - truth) : Optional.empty()));
    }
    return new ImageAudit(
        i + ".png",
        List.of(truth),
        List.of(),
        source,
        Optional.empty(),
        new Decision(List.of(said), said, 0.9),
        Optional.of(
            new ImageAudit.Background(
                0.5,
                Double.isNaN(share)
                    ? Optional.empty()
                    : Optional.of(new AttributionScores(share, 1, 1, 1, 1, 1, 1)),
                after)));
  }

  private static AuditResult result(List<ImageAudit> images) {
    return result(images, 0.1);
  }

  private static AuditResult result(List<ImageAudit> images, double correlation) {
    Estimate none = new Estimate(0, 0, 0, 0);
    Estimate like = new Estimate(correlation, 0, correlation, correlation);
    AuditResult.Trust trust =
        new AuditResult.Trust(
            1,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of(new AuditResult.Randomised("conv", 1, none, like, none)));
    return Summary.of(
        network(),
        AuditPlan.standard(8, 1),
        AuditHeatmaps.relevance(),
        images,
        () -> Optional.of(trust),
        List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "100, 2, 0.1, OBJECT",
    "100, 2, 0.4, LOOKS_AT_BACKGROUND",
    "100, 20, 0.1, PARTLY_BACKGROUND",
    "100, 60, 0.1, BACKGROUND",
    "40, 6, 0.1, UNCLEAR",
    "29, 29, 0.9, TOO_FEW"
  })
  void theNumbersDecide(int count, int flipped, double share, Verdict.Kind kind) {
    assertThat(Verdict.of(result(images(count, flipped, share))).kind()).isEqualTo(kind);
  }

  @Test
  void theVerdictHasItsNumbers() {
    assertThat(Verdict.of(result(images(100, 60, 0.375))).numbers())
        .isEqualTo(
            "38 % [38, 38] of the relevance lies outside the masks, as do 50 % of the pixels;"
                + " another image's background flips 60 % [50, 69] of the decisions (100 images with"
                + " masks, 95 % intervals).");
  }

  /** Without heatmaps flips decide alone; NaN stands for no heatmap. */
  @ParameterizedTest
  @CsvSource({"2, OBJECT", "60, BACKGROUND"})
  void withoutHeatmapsFlipsDecideAlone(int flipped, Verdict.Kind kind) {
    AuditResult result =
        Summary.of(
            network(),
            AuditPlan.standard(8, 1),
            AuditHeatmaps.relevance().without("The gradient is wrong."),
            images(100, flipped, Double.NaN),
            Optional::empty,
            List.of());
    assertThat(result.background().orElseThrow().attention()).isEmpty();
    assertThat(Verdict.of(result).kind()).isEqualTo(kind);
    assertThat(Verdict.of(result).numbers())
        .startsWith("There are no heatmaps; another image's background flips ");
  }

  @Test
  void theAdviceFollowsTheOutcome() {
    assertThat(Verdict.of(result(images(100, 60, 0.1))).advice().get(0))
        .startsWith("Do not use it where backgrounds differ");
    assertThat(Verdict.of(result(images(100, 0, 0.1))).advice())
        .singleElement()
        .asString()
        .startsWith("Nothing has to be done about the background.");
    assertThat(Verdict.of(result(images(20, 0, 0.1))).advice().get(0))
        .startsWith("Give at least 30 images masks");
  }

  /** Who always says the same says it before every background. */
  @Test
  void aClassifierWithoutSkillIsNotCalledSound() {
    List<ImageAudit> images =
        IntStream.range(0, 100)
            .mapToObj(i -> image(i, i % 2, 0, Optional.empty(), false, 0.1))
            .toList();
    Verdict verdict = Verdict.of(result(images));
    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.NO_SKILL);
    assertThat(verdict.advice().get(0))
        .startsWith("It is right on 50 % [40, 60] of the images, which is no more than chance");
  }

  /** One error among images of one class is no lack of skill, and no error no proof of any. */
  @Test
  void imagesOfOneClassLeaveItOpen() {
    List<ImageAudit> images =
        IntStream.range(0, 100)
            .mapToObj(i -> image(i, 0, i == 0 ? 1 : 0, Optional.empty(), false, 0.1))
            .toList();
    Verdict verdict = Verdict.of(result(images));
    assertThat(result(images).kappa()).isEmpty();
    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.UNCLEAR);
    assertThat(verdict.advice().get(0)).startsWith("Add images of other classes");
  }

  @Test
  void imagesOfOneClassThatFlipAreDecidedByTheBackgroundAllTheSame() {
    List<ImageAudit> images =
        IntStream.range(0, 100)
            .mapToObj(i -> image(i, 0, 0, Optional.empty(), i < 60, 0.1))
            .toList();
    assertThat(Verdict.of(result(images)).kind()).isEqualTo(Verdict.Kind.BACKGROUND);
  }

  /** Ten patients with ten images each, all of whose images flip or none. */
  @Test
  void imagesOfOnePatientCountForLess() {
    AuditResult alone = result(images(100, 60, 0.1));
    List<ImageAudit> grouped = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ImageAudit one = images(100, 60, 0.1).get(i);
      grouped.add(
          new ImageAudit(
              one.file(),
              one.truth(),
              List.of(),
              one.source(),
              Optional.of("patient " + i / 10),
              one.decision(),
              one.background()));
    }
    Estimate apart = alone.background().orElseThrow().flips().get(Replacement.ANOTHER).rate();
    Estimate together =
        result(grouped).background().orElseThrow().flips().get(Replacement.ANOTHER).rate();
    assertThat(together.value()).isEqualTo(apart.value()).isEqualTo(0.6);
    assertThat(apart.high() - apart.low()).isBetween(0.18, 0.2);
    assertThat(together.high() - together.low()).isBetween(0.5, 0.6);
  }

  @Test
  void imagesWithoutMasksAreOnlyCounted() {
    List<ImageAudit> images = new ArrayList<>(images(40, 0, 0.1));
    images.add(
        new ImageAudit(
            "x.png",
            List.of(0),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            new Decision(List.of(1), 1, 0.6),
            Optional.empty()));
    AuditResult result = result(images);
    assertThat(result.counted()).isEqualTo(40);
    assertThat(result.accuracy().value()).isEqualTo(40 / 41.0);
    assertThat(result.background().orElseThrow().attention().orElseThrow().images()).isEqualTo(40);
    AuditResult none = result(images.subList(40, 41));
    assertThat(Verdict.of(none).kind()).isEqualTo(Verdict.Kind.TOO_FEW);
    assertThat(Verdict.of(none).numbers())
        .isEqualTo("None of the 1 images has a mask that counts.");
  }

  @Test
  void flipsToTheDonorsClassAreCounted() {
    assertThat(result(images(100, 60, 0.1)).background().orElseThrow().followed().orElseThrow())
        .isEqualTo(Estimate.ofRate(60, 60));
  }

  @Test
  void aSourceThatIsWorseIsNamed() {
    List<ImageAudit> images = new ArrayList<>(images(80, 0, 0.1));
    for (int i = 0; i < 20; i++) {
      images.add(image(i, i % 2, i < 15 ? 1 - i % 2 : i % 2, Optional.of("south"), false, 0.1));
    }
    assertThat(Verdict.of(result(images)).advice())
        .anyMatch(
            sentence ->
                sentence.equals(
                    "Look at the source 'south': 25 % [10, 46] of its images are classified"
                        + " rightly, of all images 85 % [77, 91]."));
  }

  @Test
  void heatmapsThatDoNotChangeAreNotBelieved() {
    assertThat(Verdict.of(result(images(100, 0, 0.1), 0.95)).advice())
        .anyMatch(sentence -> sentence.startsWith("Do not rely on the heatmaps"));
  }

  /** The example of the textbook: 20 and 15 of 50 agreed, 25 and 30 said yes. */
  @Test
  void kappaIsThatOfTheTextbook() {
    int[] truth = new int[50];
    int[] said = new int[50];
    for (int i = 0; i < 50; i++) {
      truth[i] = i < 25 ? 0 : 1;
      said[i] = i < 20 || i >= 25 && i < 35 ? 0 : 1;
    }
    assertThat(Agreement.kappa(truth, said, 2, IntStream.range(0, 50).toArray()))
        .isEqualTo(0.4, within(1e-12));
  }
}

package dev.isnet.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.data.DatasetManifest;
import dev.isnet.data.InputException;
import dev.isnet.data.Reading;
import dev.isnet.data.Sample;
import dev.isnet.data.Split;
import dev.isnet.data.SplitPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GroupResultsTest {
  private static final List<String> CLASSES = List.of("ill", "well");

  @Test
  void theWorstGroupIsNamed() {
    int[] truth = {0, 0, 1, 1, 0, 0, 1, 1};
    int[] said = {0, 0, 1, 1, 0, 1, 1, 0};
    GroupResults results =
        GroupResults.of(truth, said, List.of("A", "A", "A", "A", "B", "B", "B", "B"), CLASSES);
    assertThat(results.groups()).extracting(GroupResults.Group::name).containsExactly("A", "B");
    assertThat(results.worst().name()).isEqualTo("B");
    assertThat(results.worst().accuracy()).isEqualTo(Estimate.ofRate(2, 4));
    assertThat(results.worst().macroF1()).isEqualTo(0.5, within(1e-12));
  }

  /** 0 of 1 has the posterior mean 1/3, 3 of 12 that of 4/14. */
  @Test
  void oneWrongImageDoesNotMakeAGroupTheWorst() {
    int[] truth = new int[13];
    int[] said = {1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    List<String> groups = new ArrayList<>(List.of("single"));
    for (int i = 0; i < 12; i++) {
      groups.add("many");
    }
    assertThat(GroupResults.of(truth, said, groups, CLASSES).worst().name()).isEqualTo("many");
  }

  @Test
  void aClassWithoutImagesInAGroupDoesNotCountThere() {
    GroupResults results =
        GroupResults.of(new int[] {0, 0}, new int[] {0, 0}, List.of("A", "A"), CLASSES);
    assertThat(results.worst().macroF1()).isEqualTo(1);
  }

  @Test
  void eachSourceIsLeftOutInItsTurn() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      samples.add(sample(i, CLASSES.get(i % 2), i < 4 ? "north" : "south"));
    }
    DatasetManifest manifest = manifest(samples);
    Map<String, EvaluationResult> results =
        LeaveOneSourceOut.evaluate(
            manifest,
            SplitPlan.of(0.8, 0.2, 0, 1),
            each -> {
              List<Sample> test = each.split(Split.TEST);
              double[][] certain = new double[test.size()][];
              for (int i = 0; i < certain.length; i++) {
                certain[i] = new double[] {1, 0}; // says ill to all
              }
              return EvaluationResult.of(
                  certain,
                  test.stream().mapToInt(s -> CLASSES.indexOf(s.label())).toArray(),
                  test.stream().map(s -> s.source().orElseThrow()).toList(),
                  CLASSES);
            });
    assertThat(results).containsOnlyKeys("north", "south");
    assertThat(results.get("north").files()).containsOnly("north").hasSize(4);
    assertThat(results.get("south").files()).containsOnly("south").hasSize(8);
    assertThat(GroupResults.of(results).groups())
        .extracting(GroupResults.Group::right)
        .containsExactly(2L, 4L);
  }

  @Test
  void oneSourceCannotBeLeftOut() {
    DatasetManifest manifest = manifest(List.of(sample(0, "ill", "north")));
    assertThatThrownBy(
            () ->
                LeaveOneSourceOut.evaluate(
                    manifest,
                    SplitPlan.of(0.8, 0.2, 0, 1),
                    each -> {
                      throw new AssertionError("nothing to train with");
                    }))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "set/labels.csv names the sources [north], but leaving one out takes at least two; fill the"
                + " column source.");
  }

  private static DatasetManifest manifest(List<Sample> samples) {
    return new DatasetManifest(
        Path.of("set"), Path.of("set/labels.csv"), CLASSES, samples, Reading.standard());
  }

  private static Sample sample(int i, String label, String source) {
    return new Sample(
        Path.of("set", i + ".png"),
        0,
        List.of(),
        List.of(label),
        List.of(),
        Split.TRAIN,
        Optional.of(source),
        Optional.empty(),
        1,
        i + 2);
  }
}

package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitPlanTest {
  private static final Path ROOT = Path.of("data").toAbsolutePath();

  /** 200 images: a quarter of class b, patients of 1 to 4 images, three sources. */
  private static DatasetManifest manifest() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      samples.add(
          new Sample(
              ROOT.resolve(i + ".png"),
              0,
              List.of(),
              List.of(i % 4 == 0 ? "b" : "a"),
              List.of(),
              i >= 190 ? Split.TEST : Split.TRAIN,
              Optional.of("hospital " + i % 3),
              Optional.of("p" + i / (1 + i % 2 * 3)),
              1,
              i + 2));
    }
    return new DatasetManifest(
        ROOT, ROOT.resolve("labels.csv"), List.of("a", "b"), samples, Reading.standard());
  }

  private static Map<String, Integer> counts(DatasetManifest manifest) {
    Map<String, Integer> counts = new HashMap<>();
    manifest.samples().forEach(s -> counts.merge(s.split() + " " + s.label(), 1, Integer::sum));
    return counts;
  }

  @Test
  void everySplitHasEveryClassInTheSameProportion() {
    assertThat(counts(SplitPlan.of(0.7, 0.1, 0.2, 1).apply(manifest())))
        .containsOnly(
            Map.entry("train a", 105),
            Map.entry("train b", 35),
            Map.entry("val a", 15),
            Map.entry("val b", 5),
            Map.entry("test a", 30),
            Map.entry("test b", 10));
  }

  @Test
  void theSeedDecides() {
    DatasetManifest first = SplitPlan.of(0.7, 0.1, 0.2, 1).apply(manifest());
    assertThat(SplitPlan.of(0.7, 0.1, 0.2, 1).apply(manifest())).isEqualTo(first);
    assertThat(SplitPlan.of(0.7, 0.1, 0.2, 2).apply(manifest())).isNotEqualTo(first);
    assertThat(first.samples())
        .extracting(Sample::image)
        .isEqualTo(manifest().samples().stream().map(Sample::image).toList());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void noGroupCrosses(long seed) {
    DatasetManifest split =
        SplitPlan.of(0.6, 0.2, 0.2, seed).by(SplitPlan.Group.PATIENT).apply(manifest());
    Map<String, Set<Split>> splits = new HashMap<>();
    split
        .samples()
        .forEach(
            s ->
                splits
                    .computeIfAbsent(s.patient().orElseThrow(), p -> new HashSet<>())
                    .add(s.split()));
    assertThat(splits.values()).allMatch(each -> each.size() == 1);
    assertThat(split.split(Split.TRAIN).size()).isBetween(115, 125);
    assertThat(counts(split).get("val b")).isBetween(8, 12);
  }

  @Test
  void aSourceMayBeLeftOutAsTheTest() {
    DatasetManifest split = SplitPlan.of(0.8, 0.2, 0, 1).leaving("hospital 1").apply(manifest());
    assertThat(split.split(Split.TEST))
        .hasSize(67)
        .allMatch(s -> s.source().equals(Optional.of("hospital 1")));
    assertThat(split.split(Split.VAL)).hasSizeBetween(26, 27);
    assertThatThrownBy(() -> SplitPlan.of(0.8, 0.2, 0, 1).leaving("mars").apply(manifest()))
        .hasMessageContaining("no image of the source 'mars' that is to be left out; its sources")
        .hasMessageContaining("hospital 0, hospital 1, hospital 2");
  }

  @Test
  void theTestImagesOfTheDataStayWhereNoneAreAskedFor() {
    DatasetManifest split = SplitPlan.of(0.9, 0.1, 0, 1).apply(manifest());
    assertThat(split.split(Split.TEST)).isEqualTo(manifest().split(Split.TEST));
    assertThat(split.split(Split.VAL)).hasSize(19);
  }

  @Test
  void impossiblePlansAreErrors() {
    assertThatThrownBy(() -> SplitPlan.of(0, 0.5, 0.5, 1)).hasMessageContaining("0.0, 0.5 and 0.5");
    assertThatThrownBy(
            () -> new SplitPlan(1, 0, 1, SplitPlan.Group.NONE, Optional.of("hospital 1"), 1))
        .hasMessageContaining("'hospital 1' is left out");
    List<Sample> anonymous =
        manifest().samples().stream()
            .map(s -> Sample.of(s.image(), List.of(), s.label(), s.split(), s.line()))
            .toList();
    assertThatThrownBy(
            () ->
                SplitPlan.of(1, 1, 1, 1)
                    .by(SplitPlan.Group.PATIENT)
                    .apply(manifest().withSamples(anonymous)))
        .hasMessageContaining("keep each patient together, but no image has one");
  }
}

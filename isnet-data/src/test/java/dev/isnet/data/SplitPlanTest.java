package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import org.junit.jupiter.params.provider.EnumSource;
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
    int others = split.samples().size() - 67;
    assertThat(split.split(Split.VAL).size() / (double) others).isCloseTo(0.2, within(0.02));
    assertThatThrownBy(() -> SplitPlan.of(0.8, 0.2, 0, 1).leaving("mars").apply(manifest()))
        .hasMessageContaining("no image of the source 'mars' that is to be left out; its sources")
        .hasMessageContaining("hospital 0, hospital 1, hospital 2");
  }

  /** Images "patient source [split]", each of class a or b in turns. */
  private static DatasetManifest images(String... about) {
    List<Sample> samples = new ArrayList<>();
    for (String each : about) {
      String[] words = each.split(" ");
      samples.add(
          new Sample(
              ROOT.resolve(samples.size() + ".png"),
              0,
              List.of(),
              List.of(samples.size() % 2 == 0 ? "a" : "b"),
              List.of(),
              words.length > 2 ? Split.of(words[2]) : Split.TRAIN,
              Optional.of(words[1]),
              words[0].equals("-") ? Optional.empty() : Optional.of(words[0]),
              1,
              samples.size() + 2));
    }
    return new DatasetManifest(
        ROOT, ROOT.resolve("labels.csv"), List.of("a", "b"), samples, Reading.standard());
  }

  private static Set<Split> splitsOf(DatasetManifest manifest, String patient) {
    Set<Split> splits = new HashSet<>();
    manifest.samples().stream()
        .filter(s -> s.patient().equals(Optional.of(patient)))
        .forEach(s -> splits.add(s.split()));
    return splits;
  }

  @ParameterizedTest
  @EnumSource(SplitPlan.Group.class)
  void noPatientOfTheSourceThatIsLeftOutIsTrainedOn(SplitPlan.Group group) {
    String[] about = new String[60];
    for (int i = 0; i < about.length; i++) {
      // Patients of two images each, in different sources; every tenth image has no patient.
      about[i] = (i % 10 == 9 ? "-" : "p" + i / 2) + " h" + i % 3;
    }
    DatasetManifest all = images(about);
    for (long seed = 1; seed <= 20; seed++) {
      SplitPlan plan = SplitPlan.of(0.7, 0.3, 0, seed).by(group).leaving("h2");
      if (group == SplitPlan.Group.SOURCE) {
        // Patients connect the other two sources, so that one split has both.
        assertThat(plan.apply(all).split(Split.VAL)).isEmpty();
      } else {
        assertThat(plan.apply(all).split(Split.VAL)).isNotEmpty();
      }
      DatasetManifest split = plan.apply(all);
      assertThat(split.split(Split.TEST))
          .hasSize(20)
          .allMatch(s -> s.source().equals(Optional.of("h2")));
      for (int p = 0; p < 30; p++) {
        assertThat(splitsOf(split, "p" + p).size()).isLessThan(2);
      }
      // What is left out is what would have crossed, and nothing else.
      Set<Sample> kept = new HashSet<>();
      split.samples().forEach(s -> kept.add(s.with(Split.TRAIN)));
      for (Sample sample : all.samples()) {
        boolean crosses =
            sample.patient().isPresent()
                && !sample.source().equals(Optional.of("h2"))
                && all.samples().stream()
                    .anyMatch(
                        s ->
                            s.patient().equals(sample.patient())
                                && s.source().equals(Optional.of("h2")));
        assertThat(kept.contains(sample)).isEqualTo(!crosses);
      }
    }
  }

  @Test
  void noGroupOfTheGivenTestImagesIsTrainedOn() {
    DatasetManifest all =
        images("p1 h1 test", "p1 h2", "p2 h1", "p2 h2", "p3 h2", "p4 h3", "p4 h3", "p5 h3");
    DatasetManifest byPatient = SplitPlan.of(0.5, 0.5, 0, 1).by(SplitPlan.Group.PATIENT).apply(all);
    assertThat(byPatient.samples()).hasSize(7);
    assertThat(splitsOf(byPatient, "p1")).containsExactly(Split.TEST);
    assertThat(splitsOf(byPatient, "p2")).hasSize(1).doesNotContain(Split.TEST);
    DatasetManifest bySource = SplitPlan.of(0.5, 0.5, 0, 1).by(SplitPlan.Group.SOURCE).apply(all);
    assertThat(bySource.samples()).extracting(Sample::line).containsExactly(2, 5, 6, 7, 8, 9);
  }

  @Test
  void sourcesThatShareAPatientStayTogether() {
    DatasetManifest all = images("p1 h1", "p1 h2", "p2 h2", "p3 h3", "p4 h4", "p5 h5");
    for (long seed = 1; seed <= 20; seed++) {
      DatasetManifest split =
          SplitPlan.of(0.4, 0.3, 0.3, seed).by(SplitPlan.Group.SOURCE).apply(all);
      assertThat(split.samples().subList(0, 3))
          .extracting(Sample::split)
          .containsOnly(split.samples().get(0).split());
    }
  }

  @Test
  void aTestThatTakesAllPatientsIsAnError() {
    assertThatThrownBy(
            () -> SplitPlan.of(1, 0, 0, 1).leaving("h1").apply(images("p1 h1", "p1 h2", "p1 h3")))
        .hasMessageEndingWith(
            "labels.csv: no image is left for training beside the test images and others of their"
                + " patients.");
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

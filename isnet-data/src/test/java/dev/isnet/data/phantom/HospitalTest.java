package dev.isnet.data.phantom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.DatasetCheck;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.DatasetReport;
import dev.isnet.data.ImageSize;
import dev.isnet.data.Pixels;
import dev.isnet.data.Sample;
import dev.isnet.data.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HospitalTest {
  private static final ImageSize SIZE = new ImageSize(64, 64, 1);

  private static Set<String> sources(DatasetManifest manifest, Split split, String label) {
    return manifest.split(split).stream()
        .filter(sample -> sample.label().equals(label))
        .map(sample -> sample.source().orElseThrow())
        .collect(Collectors.toSet());
  }

  private static DatasetManifest write(Path folder, PhantomPlan.Hospitals hospitals) {
    PhantomPlan plan = new PhantomPlan(SIZE, List.of("normal", "nodules"), 1, hospitals, 3);
    return PhantomWriter.write(folder, plan, new PhantomWriter.Counts(12, 6, 6), true);
  }

  @Test
  void eachClassMayComeFromItsOwnHospitalAndTheTestFromElsewhere(@TempDir Path root) {
    DatasetManifest manifest = write(root.resolve("x"), PhantomPlan.Hospitals.BY_CLASS);
    assertThat(manifest.classes()).containsExactly("nodules", "normal");
    assertThat(sources(manifest, Split.TRAIN, "nodules")).containsExactly("north");
    assertThat(sources(manifest, Split.VAL, "normal")).containsExactly("south");
    assertThat(sources(manifest, Split.TEST, "nodules")).containsExactly("island");
    assertThat(sources(manifest, Split.TEST, "normal")).containsExactly("island");
    DatasetReport report = DatasetCheck.report(manifest, SIZE);
    assertThat(report.problems()).isEmpty();
    assertThat(report.warnings())
        .anySatisfy(w -> assertThat(w).contains("source 'north' have the class 'nodules'"))
        .anySatisfy(w -> assertThat(w).startsWith("The background tells the classes"));
  }

  @Test
  void sharedHospitalsKnowNothingOfTheClasses(@TempDir Path root) {
    DatasetManifest manifest = write(root.resolve("x"), PhantomPlan.Hospitals.SHARED);
    assertThat(sources(manifest, Split.TRAIN, "nodules"))
        .containsExactlyInAnyOrder("north", "south", "west");
    assertThat(sources(manifest, Split.TRAIN, "normal"))
        .containsExactlyInAnyOrder("north", "south", "west");
    assertThat(sources(manifest, Split.TEST, "normal")).containsExactly("island");
  }

  @Test
  void lesionsAreWrittenBesideTheLungs(@TempDir Path root) throws Exception {
    DatasetManifest manifest = write(root.resolve("x"), PhantomPlan.Hospitals.NONE);
    List<String> lines = Files.readAllLines(manifest.labelsFile());
    assertThat(lines.get(0)).isEqualTo("file,label,mask,split,source,patient,weight,lesion");
    for (Sample sample : manifest.samples()) {
      String name = sample.image().getFileName().toString();
      boolean sick = sample.label().equals("nodules");
      assertThat(lines.get(sample.line() - 1).endsWith(",lesions/" + name)).isEqualTo(sick);
      assertThat(Files.exists(manifest.root().resolve("lesions").resolve(name))).isEqualTo(sick);
    }
  }

  @Test
  void lesionsLieInTheLungsWhereTheImageDiffersFromAHealthyOne() {
    for (int seed = 0; seed < 10; seed++) {
      for (int label = 0; label < 2; label++) {
        Radiograph sick = ChestPhantom.radiograph(SIZE, label, 1, Hospital.NEUTRAL, seed);
        Pixels healthy = ChestPhantom.draw(SIZE, 2, 1, seed);
        int lesion = 0;
        for (int i = 0; i < SIZE.area(); i++) {
          if (sick.lesions()[i]) {
            lesion++;
            assertThat(sick.pixels().mask().orElseThrow()[i]).isTrue();
            assertThat(sick.pixels().image()[i]).isGreaterThanOrEqualTo(healthy.image()[i]);
          }
        }
        assertThat(lesion).isBetween(20, 600);
      }
    }
    assertThat(ChestPhantom.radiograph(SIZE, 2, 1, Hospital.NEUTRAL, 1).lesions())
        .containsOnly(false);
  }

  @Test
  void aHospitalChangesTheFilmAndNotTheAnatomy() {
    Radiograph here = ChestPhantom.radiograph(SIZE, 0, 1, Hospital.NEUTRAL, 5);
    for (Hospital hospital : Hospital.training()) {
      Radiograph there = ChestPhantom.radiograph(SIZE, 0, 1, hospital, 5);
      assertThat(there.pixels().mask().orElseThrow()).isEqualTo(here.pixels().mask().orElseThrow());
      assertThat(there.lesions()).isEqualTo(here.lesions());
      assertThat(there.pixels().image()).isNotEqualTo(here.pixels().image());
    }
  }

  @Test
  void valuesOutOfRangeAreErrors() {
    assertThatThrownBy(() -> PhantomPlan.of(new ImageSize(513, 64, 1), 1, 1))
        .hasMessageContaining("513 x 64 (height x width), but both must be at most 512");
    assertThatThrownBy(
            () -> new PhantomPlan(SIZE, List.of("normal", "flu"), 1, PhantomPlan.Hospitals.NONE, 1))
        .hasMessageContaining("classes are 'flu', 'normal', but must be at least two of");
    assertThatThrownBy(() -> new Hospital("x", 3, 1, 1, List.of()))
        .hasMessageContaining("exposure is 3.0");
  }
}

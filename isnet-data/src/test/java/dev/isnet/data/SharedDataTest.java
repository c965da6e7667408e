package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real data sets, when they are there. */
class SharedDataTest {
  @ParameterizedTest
  @CsvSource({"pets3,labels_species.csv,3,2", "cxr-tb2,labels.csv,1,2"})
  void realDataHasNoProblems(String name, String labels, int channels, int classes) {
    Path folder = Path.of("..", "..", "shared", "data", name);
    assumeTrue(Files.isDirectory(folder), () -> "skipped: there is no folder " + folder);
    DatasetManifest manifest = DatasetManifest.read(folder, labels);
    assertThat(manifest.classes()).hasSize(classes);
    assertThat(DatasetCheck.problems(manifest, new ImageSize(64, 64, channels))).isEmpty();
  }

  @Test
  void idxFilesAreADataSet() {
    Path folder = Path.of("..", "..", "shared", "data", "mnist");
    assumeTrue(Files.isDirectory(folder), () -> "skipped: there is no folder " + folder);
    DatasetManifest manifest = DatasetManifest.read(folder);
    assertThat(manifest.classes()).hasSize(10);
    assertThat(manifest.split(Split.TRAIN)).hasSize(60_000);
    assertThat(manifest.split(Split.TEST)).hasSize(10_000);
    Pixels digit =
        new SampleReader(manifest, new ImageSize(28, 28, 1)).read(manifest.samples().get(0));
    assertThat(digit.mask()).isPresent();
  }

  @Test
  void theProbeFindsWhatIsKnownOfTheRadiographs() {
    Path folder = Path.of("..", "..", "shared", "data", "cxr-tb2");
    assumeTrue(Files.isDirectory(folder), () -> "skipped: there is no folder " + folder);
    DatasetReport report =
        DatasetCheck.report(DatasetManifest.read(folder), new ImageSize(64, 64, 1));
    DatasetReport.Row val = report.probe().orElseThrow().rows().get(0);
    // The data set's own description has 0.85 from the background and 0.79 from the lungs.
    assertThat(val.background()).isBetween(0.80, 0.90);
    assertThat(val.foreground()).isBetween(0.74, 0.84);
    assertThat(report.warnings()).anyMatch(w -> w.startsWith("The background tells the classes"));
  }
}

package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
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
}

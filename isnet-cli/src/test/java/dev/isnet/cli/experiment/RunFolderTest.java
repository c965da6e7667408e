package dev.isnet.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  @TempDir private Path base;

  @Test
  void newFolderGetsTheEffectiveConfiguration() throws Exception {
    RunFolder folder = new RunFolder(base.resolve("run"));
    assertThat(folder.<String>claim(config("epochs: 3"), () -> "done")).isEqualTo("done");
    assertThat(folder.effectiveConfig()).content().contains("epochs: 3", "learningRate: 0.001");
  }

  @Test
  void sameConfigurationGoesOn() throws Exception {
    RunFolder folder = new RunFolder(base.resolve("run"));
    folder.claim(config("epochs: 3"), () -> 1);
    // A default that is written out changes nothing.
    assertThat(folder.<Integer>claim(config("epochs: 3, batch: 16"), () -> 2)).isEqualTo(2);
  }

  @Test
  void otherConfigurationIsRefusedByItsFirstDifference() throws Exception {
    RunFolder folder = new RunFolder(base.resolve("run"));
    folder.claim(config("epochs: 3"), () -> 1);
    assertThatThrownBy(() -> folder.claim(config("epochs: 3, batch: 8"), () -> 2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("'training.batch' 16, but now it is 8")
        .hasMessageContaining("choose another 'out'");
    assertThat(folder.effectiveConfig()).content().contains("batch: 16");
  }

  @Test
  void movedFolderStaysTheSameRun() throws Exception {
    new RunFolder(base.resolve("run")).claim(config("epochs: 3"), () -> 1);
    Files.move(base.resolve("run"), base.resolve("moved"));
    ExperimentConfig config = config("epochs: 3");
    ExperimentConfig moved = config.with(config.system(), base.resolve("moved"));
    assertThat(new RunFolder(base.resolve("moved")).<Integer>claim(moved, () -> 2)).isEqualTo(2);
  }

  private ExperimentConfig config(String training) {
    YamlSection yaml = YamlSection.parse("data: d\ntraining: {" + training + "}", "test");
    return ExperimentConfig.of(yaml, base, "run");
  }
}

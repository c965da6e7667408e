package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir private Path folder;

  @Test
  void makesTheFolderAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("a/b/result.txt");
    OutputFile.write(file, part -> Files.writeString(part, "done"));
    assertThat(file).hasContent("done");
    assertThat(file.getParent()).isDirectoryContaining("glob:**/result.txt");
    assertThat(Files.list(file.getParent())).hasSize(1);
  }

  @Test
  void failureLeavesWhatWasThere() throws IOException {
    Path file = Files.writeString(folder.resolve("result.txt"), "before");
    assertThatThrownBy(
            () ->
                OutputFile.write(
                    file,
                    part -> {
                      Files.writeString(part, "half of");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(file).hasContent("before");
    assertThat(Files.list(folder)).hasSize(1);
  }

  @Test
  void folderThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("plain"), "");
    assertThatThrownBy(() -> OutputFile.folder(file.resolve("below")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(file.resolve("below").toString());
  }
}

package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir private Path folder;

  @Test
  void replacesAFileAndMakesItsFolder() throws IOException {
    Path file = folder.resolve("new/x.txt");
    AtomicFile.write(file, part -> Files.writeString(part, "first"));
    AtomicFile.write(file, part -> Files.writeString(part, "second"));
    assertThat(file).hasContent("second");
    assertOnly(file);
  }

  @Test
  void aFailureLeavesTheOldFileAndNoOther() throws IOException {
    Path file = Files.writeString(folder.resolve("x.txt"), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    part -> {
                      Files.writeString(part, "ne");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("No space left on device");
    assertThat(file).hasContent("old");
    assertOnly(file);
  }

  @Test
  void whatACrashLeftHalfWrittenDoesNotMatter() throws IOException {
    Path file = Files.writeString(folder.resolve("x.txt"), "old");
    Path torn = Files.createDirectory(folder.resolve(".x.txt.writing"));
    Files.writeString(torn.resolve("x.txt"), "torn and longer than the new text");
    AtomicFile.write(file, part -> Files.writeString(part, "new"));
    assertThat(file).hasContent("new");
    assertOnly(file);
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path file = Files.writeString(folder.resolve("x.txt"), "old");
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path link = Files.createSymbolicLink(elsewhere.resolve("link"), file);
    AtomicFile.write(link, part -> Files.writeString(part, "new"));
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("new");
  }

  @Test
  void aFolderIsNotReplaced() throws IOException {
    Path below = Files.createDirectory(folder.resolve("below"));
    assertThatThrownBy(() -> AtomicFile.write(below, part -> Files.writeString(part, "new")))
        .hasMessageContaining(below.toString())
        .hasMessageContaining("no regular file");
    assertThat(below).isDirectory();
  }

  @Test
  void aFolderAppearsWhole() throws IOException {
    Path made = folder.resolve("made");
    assertThatThrownBy(
            () ->
                AtomicFile.writeFolder(
                    made,
                    part -> {
                      Files.writeString(Files.createDirectory(part).resolve("x.txt"), "x");
                      throw new IOException("No space left on device");
                    }))
        .hasMessageContaining("No space left on device");
    assertThat(folder).isEmptyDirectory();
    AtomicFile.writeFolder(
        made, part -> Files.writeString(Files.createDirectory(part).resolve("x.txt"), "x"));
    assertThat(made.resolve("x.txt")).hasContent("x");
    assertOnly(made);
  }

  private static void assertOnly(Path file) throws IOException {
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }
}

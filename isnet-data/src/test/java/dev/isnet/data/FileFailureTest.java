package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FileFailureTest {
  @Test
  void exceptionsThatOnlyNameTheFileAreSaidInWords() {
    assertThat(FileFailure.reason(new AccessDeniedException("x"))).isEqualTo("access is denied");
    assertThat(FileFailure.reason(new NoSuchFileException("x")))
        .isEqualTo("there is no such file or folder");
  }

  @Test
  void theFirstFailureCounts() {
    IOException full = new IOException("No space left on device");
    assertThat(FileFailure.reason(new IOException("writing failed", full)))
        .isEqualTo("No space left on device");
  }

  @Test
  void theFilesNameIsLeftOut() {
    assertThat(FileFailure.reason(new FileSystemException("x", null, "Is a directory")))
        .isEqualTo("Is a directory");
    assertThat(FileFailure.reason(new FileSystemException("x"))).isEqualTo("FileSystemException");
  }
}

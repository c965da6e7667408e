package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.cli.BackendPreflight.Gpu;
import dev.isnet.data.InputException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendPreflightTest {
  private static final String CPU = "org.nd4j.linalg.cpu.nativecpu.CpuBackend";
  private static final String CUDA = "org.nd4j.linalg.jcublas.JCublasBackend";

  @Test
  void oneProcessorBackendNeedsNoGraphicsCard() {
    assertThatCode(() -> check(Optional.empty(), CPU)).doesNotThrowAnyException();
  }

  @Test
  void noBackendIsRefused() {
    assertThatThrownBy(() -> check(Optional.empty()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("No ND4J backend");
  }

  @Test
  void twoBackendsAreRefusedByName() {
    assertThatThrownBy(() -> check(Optional.empty(), CPU, CUDA))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("More than one")
        .hasMessageContaining(CPU)
        .hasMessageContaining(CUDA);
  }

  @Test
  void cudaWithoutDriverIsRefused() {
    assertThatThrownBy(() -> check(Optional.empty(), CUDA))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nvidia-smi lists no graphics card");
  }

  @Test
  void cudaWithAnUnreadableListingIsRefused() {
    assertThatThrownBy(() -> check(Optional.of(List.of("No devices were found")), CUDA))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nvidia-smi lists no graphics card");
  }

  @Test
  void cardThatTheLibraryHasNoCodeForIsRefusedByName() {
    assertThatThrownBy(
            () -> check(Optional.of(List.of("8.6, NVIDIA RTX A4000", "9.0, NVIDIA H100")), CUDA))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("NVIDIA H100")
        .hasMessageContaining("9.0")
        .hasMessageContaining("3.7 to 8.9");
  }

  @ParameterizedTest
  @CsvSource({
    "3.5, false",
    "3.7, true",
    "5.0, true",
    "7.5, true",
    "8.6, true",
    "8.9, true",
    "9.0, false",
    "10.0, false",
    "12.0, false"
  })
  void computeCapabilityDecides(String capability, boolean supported) {
    Gpu gpu = BackendPreflight.parse(capability + ", Some Card").orElseThrow();
    assertThat(gpu.supported()).isEqualTo(supported);
  }

  @Test
  void lineOfTheDriversToolIsUnderstood() {
    assertThat(BackendPreflight.parse("8.6, NVIDIA GeForce RTX 3090"))
        .contains(new Gpu("NVIDIA GeForce RTX 3090", 8, 6));
    assertThat(BackendPreflight.parse("[N/A], Old Card")).isEmpty();
    assertThat(BackendPreflight.parse("")).isEmpty();
  }

  @Test
  void serviceFilesAreReadWithoutTheirComments(@TempDir Path folder) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve("org.nd4j.linalg.factory.Nd4jBackend"),
        "# licence\n\n" + CPU + " # the processor\n");
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
      assertThat(BackendPreflight.backends(loader)).containsExactly(CPU);
    }
  }

  @Test
  void theBuildBringsExactlyOneBackend() {
    assertThatCode(BackendPreflight::check).doesNotThrowAnyException();
  }

  private static void check(Optional<List<String>> gpus, String... backends) {
    BackendPreflight.check(new TreeSet<>(List.of(backends)), () -> gpus);
  }
}

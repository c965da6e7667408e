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
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendPreflightTest {
  private static final String CPU = "org.nd4j.linalg.cpu.nativecpu.CpuBackend";
  private static final String CUDA = "org.nd4j.linalg.jcublas.JCublasBackend";

  @Test
  void oneProcessorBackendNeedsNoGraphicsCard() {
    assertThatCode(() -> check(Optional.empty(), Optional.of("libcudart.so.11.0"), CPU))
        .doesNotThrowAnyException();
  }

  @Test
  void cardWithCudaIsAccepted() {
    assertThatCode(() -> check(gpus("8.6, NVIDIA RTX A4000"), Optional.empty(), CUDA))
        .doesNotThrowAnyException();
  }

  @Test
  void noBackendIsRefused() {
    refused(
        () -> check(Optional.empty(), Optional.empty()),
        "No ND4J backend is on the class path; start the program with ./isnet, which brings one.");
  }

  @Test
  void twoBackendsAreRefusedByName() {
    refused(
        () -> check(gpus("8.6, NVIDIA RTX A4000"), Optional.empty(), CPU, CUDA),
        "More than one ND4J backend is on the class path (%s, %s); keep exactly one."
            .formatted(CPU, CUDA));
  }

  @Test
  void cudaWithoutDriverIsRefused() {
    for (Optional<List<String>> listing :
        List.of(Optional.<List<String>>empty(), gpus(), gpus("No devices were found"))) {
      refused(
          () -> check(listing, Optional.empty(), CUDA),
          "The CUDA backend is chosen, but nvidia-smi lists no graphics card; install the driver,"
              + " or unset ISNET_BACKEND to compute on the processor.");
    }
  }

  @Test
  void cardThatTheLibraryHasNoCodeForIsRefusedByName() {
    refused(
        () -> check(gpus("8.6, NVIDIA RTX A4000", "9.0, NVIDIA H100"), Optional.empty(), CUDA),
        "The graphics card NVIDIA H100 has compute capability 9.0, but ND4J's CUDA library has code"
            + " for 3.7 to 8.9 only; unset ISNET_BACKEND to compute on the processor.");
  }

  @Test
  void cardWithoutCudaIsRefused() {
    refused(
        () -> check(gpus("8.9, NVIDIA L4"), Optional.of("libcudart.so.11.0"), CUDA),
        "The CUDA backend is chosen, but libcudart.so.11.0 cannot be loaded; install CUDA 11.6 with"
            + " cuDNN 8.3, or unset ISNET_BACKEND to compute on the processor.");
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

  private static void refused(ThrowingCallable check, String sentence) {
    assertThatThrownBy(check).isInstanceOf(InputException.class).hasMessage(sentence);
  }

  private static Optional<List<String>> gpus(String... lines) {
    return Optional.of(List.of(lines));
  }

  private static void check(
      Optional<List<String>> gpus, Optional<String> missingLibrary, String... backends) {
    BackendPreflight.check(
        new TreeSet<>(List.of(backends)),
        new BackendPreflight.Machine() {
          @Override
          public Optional<List<String>> gpus() {
            return gpus;
          }

          @Override
          public Optional<String> missingLibrary() {
            return missingLibrary;
          }
        });
  }
}

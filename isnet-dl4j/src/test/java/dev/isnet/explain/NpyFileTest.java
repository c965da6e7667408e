package dev.isnet.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NpyFileTest {
  @TempDir private Path folder;

  @Test
  void isReadBackAsWritten() throws Exception {
    Path file = folder.resolve("map.npy");
    NpyFile.write(file, new float[] {1, -2, 3.5f, 0, Float.MIN_VALUE, 7}, 3, 1, 2);
    try (INDArray read = Nd4j.createFromNpyFile(file.toFile())) {
      assertThat(read.shape()).containsExactly(3, 1, 2);
      assertThat(read.ravel().toFloatVector()).containsExactly(1, -2, 3.5f, 0, Float.MIN_VALUE, 7);
    }
  }

  @Test
  void headerIsThatOfTheFormat() throws Exception {
    Path file = folder.resolve("map.npy");
    NpyFile.write(file, new float[] {0.25f, 4}, 2);
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes).hasSize(128 + 8).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0);
    assertThat(new String(bytes, 10, 118, StandardCharsets.US_ASCII))
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }  ")
        .endsWith(" \n");
    ByteBuffer numbers = ByteBuffer.wrap(bytes, 128, 8).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(numbers.getFloat()).isEqualTo(0.25f);
    assertThat(numbers.getFloat()).isEqualTo(4f);
  }

  @Test
  void shapeAndValuesMustFit() {
    assertThatThrownBy(() -> NpyFile.write(folder.resolve("x.npy"), new float[5], 2, 3))
        .hasMessage("5 values do not fill the shape [2, 3].");
  }
}

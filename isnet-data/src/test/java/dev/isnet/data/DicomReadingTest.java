package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.dicom.DicomImage;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DicomReadingTest {
  private static DicomImage read(byte[] bytes) {
    return DicomImage.read(bytes, "The image 'x.dcm'", 1000);
  }

  private static int[] values(DicomBytes file) {
    char[] samples = read(file.bytes()).samples();
    int[] values = new int[samples.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = samples[i];
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void withoutAWindowTheLeastValueIsBlackAndTheGreatestWhite(boolean explicit) {
    DicomBytes file =
        new DicomBytes(explicit).sequence().image("MONOCHROME2", 1, 3, 12, false, 100, 1300, 500);
    assertThat(values(file)).containsExactly(0, 65535, 21845);
    assertThat(read(file.bytes()).height()).isEqualTo(1);
  }

  @Test
  void eightBitsAreRead() {
    assertThat(values(new DicomBytes(true).image("MONOCHROME2", 3, 1, 8, false, 255, 51, 0)))
        .containsExactly(65535, 13107, 0);
  }

  @Test
  void monochrome1IsInverted() {
    assertThat(values(new DicomBytes(true).image("MONOCHROME1", 1, 3, 8, false, 255, 51, 0)))
        .containsExactly(0, 52428, 65535);
    // The window is applied before: 100 is black, 200 white, seen inverted.
    DicomBytes windowed =
        new DicomBytes(true)
            .text(0x28, 0x1050, "DS", "150.5")
            .text(0x28, 0x1051, "DS", "101")
            .image("MONOCHROME1", 1, 3, 16, false, 50, 150, 300);
    assertThat(values(windowed)).containsExactly(65535, 32768, 0);
  }

  @Test
  void rescaleAndWindowAreApplied() {
    // Stored 1024, slope 2, intercept -1024: 1024. Window 1024.5 and 1025: 512 is black, 1536
    // white, so that 1024 is half, whichever way it is rounded.
    DicomBytes file =
        new DicomBytes(true)
            .text(0x28, 0x1050, "DS", "1024.5\\40")
            .text(0x28, 0x1051, "DS", "1025\\400")
            .text(0x28, 0x1052, "DS", "-1024")
            .text(0x28, 0x1053, "DS", "2")
            .image("MONOCHROME2", 1, 4, 16, false, 1024, 768, 1280, 2000);
    assertThat(values(file)).containsExactly(32768, 0, 65535, 65535);
  }

  @Test
  void signedValuesAreRead() {
    DicomBytes file = new DicomBytes(true).image("MONOCHROME2", 1, 3, 16, true, -32768, 32767, 0);
    assertThat(values(file)).containsExactly(0, 65535, 32768);
    DicomBytes twelve =
        new DicomBytes(true)
            .text(0x28, 0x1050, "DS", "-0.5")
            .text(0x28, 0x1051, "DS", "2001")
            .image("MONOCHROME2", 1, 3, 12, true, -1000 & 0xFFF, 0x7000, 999);
    // The window goes from -1001 to 999; of 0x7000 only the lower twelve bits count.
    assertThat(values(twelve)).containsExactly(33, 32800, 65535);
  }

  @Test
  void aNegativeSlopeTurnsTheOrderRound() {
    DicomBytes file =
        new DicomBytes(true)
            .text(0x28, 0x1052, "DS", "7.5")
            .text(0x28, 0x1053, "DS", "-2")
            .image("MONOCHROME2", 1, 3, 16, false, 10, 20, 15);
    assertThat(values(file)).containsExactly(65535, 0, 32768);
  }

  @Test
  void paddingIsNoExtremeValue() {
    DicomBytes file =
        new DicomBytes(true)
            .number(0x28, 0x0120, -2000)
            .image("MONOCHROME2", 1, 4, 16, true, -2000, 0, 100, 50);
    assertThat(values(file)).containsExactly(0, 0, 65535, 32768);
    assertThat(values(new DicomBytes(true).image("MONOCHROME2", 1, 2, 8, false, 7, 7)))
        .containsExactly(0, 0);
  }

  @Test
  void bitsAboveTheStoredOnesDoNotCount() {
    assertThat(values(new DicomBytes(true).image("MONOCHROME2", 1, 2, 12, false, 0xF000 | 4095, 0)))
        .containsExactly(65535, 0);
  }

  @Test
  void aDataSetMayHoldDicomFiles(@TempDir Path root) {
    new TestFolder(root)
        .bytes("x.dcm", new DicomBytes(true).image("MONOCHROME2", 1, 2, 8, false, 0, 255).bytes())
        .labels("file,label,mask,split", "x.dcm,a,,train");
    DatasetManifest manifest = DatasetManifest.read(root);
    assertThat(
            new SampleReader(manifest, new ImageSize(1, 2, 1))
                .read(manifest.samples().get(0))
                .image())
        .containsExactly(0f, 1f);
  }

  @Test
  void whatIsNotReadIsSaid() {
    fails(
        new DicomBytes("1.2.840.10008.1.2.4.70", true).image("MONOCHROME2", 1, 1, 8, false, 1),
        "its transfer syntax is 1.2.840.10008.1.2.4.70, but only uncompressed");
    fails(
        new DicomBytes(true).image("PALETTE COLOR", 1, 1, 8, false, 1),
        "its photometric interpretation is PALETTE COLOR");
    fails(new DicomBytes(true).image("MONOCHROME2", 2, 2, 8, false, 1), "its pixels take 1 bytes");
    fails(
        new DicomBytes(true).image("MONOCHROME2", 60000, 60000, 8, false, 1),
        "declares 60000 x 60000 pixels (height x width), expected at least one and at most 1000");
    fails(new DicomBytes(true).pixels(8, 1), "it does not say its number of rows");
    byte[] whole = new DicomBytes(true).image("MONOCHROME2", 2, 2, 8, false, 1, 2, 3, 4).bytes();
    for (int length = 132; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(part)).isInstanceOf(InputException.class);
    }
  }

  private static void fails(DicomBytes file, String message) {
    assertThatThrownBy(() -> read(file.bytes()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("The image 'x.dcm'")
        .hasMessageContaining(message)
        .hasMessageEndingWith(".");
  }
}

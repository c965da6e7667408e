package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReadingTest {
  @TempDir private Path root;
  private TestFolder folder;

  @BeforeEach
  void start() {
    folder = new TestFolder(root);
  }

  private Pixels read(String image, String mask, ImageSize size) {
    folder.labels("file,label,mask,split", image + ",a," + mask + ",train");
    DatasetManifest manifest = DatasetManifest.read(root);
    return new SampleReader(manifest, size).read(manifest.samples().get(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "tiff", "gif"})
  void coloursComeInTheOrderRedGreenBlue(String format) {
    folder.colour("c." + format, 3, 2, new Color(255, 128, 0), BufferedImage.TYPE_INT_RGB);
    assertThat(read("c." + format, "", new ImageSize(1, 1, 3)).image())
        .usingComparatorWithPrecision(0.002f)
        .containsExactly(1f, 128 / 255f, 0f);
  }

  @Test
  void jpegColoursComeInTheOrderRedGreenBlue() {
    folder.colour("c.jpg", 16, 16, new Color(250, 130, 5), BufferedImage.TYPE_INT_RGB);
    float[] rgb = read("c.jpg", "", new ImageSize(1, 1, 3)).image();
    assertThat(rgb[0]).isCloseTo(250 / 255f, within(0.03f));
    assertThat(rgb[1]).isCloseTo(130 / 255f, within(0.03f));
    assertThat(rgb[2]).isCloseTo(5 / 255f, within(0.03f));
  }

  /** A BMP file with 5 bits of red, 6 of green and 5 of blue. */
  @Test
  void coloursOfUnequalBitsHaveTheSameWhite() {
    ByteBuffer bmp = ByteBuffer.allocate(66 + 8).order(ByteOrder.LITTLE_ENDIAN);
    bmp.put((byte) 'B').put((byte) 'M').putInt(74).putInt(0).putInt(66);
    bmp.putInt(40).putInt(3).putInt(1).putShort((short) 1).putShort((short) 16).putInt(3);
    bmp.putInt(8).putInt(0).putInt(0).putInt(0).putInt(0);
    bmp.putInt(0xF800).putInt(0x07E0).putInt(0x001F);
    bmp.putShort((short) 0xFFFF).putShort((short) (16 << 11 | 32 << 5)).putShort((short) 0x07E0);
    folder.bytes("c.bmp", bmp.array());
    assertThat(read("c.bmp", "", new ImageSize(1, 3, 3)).image())
        .usingComparatorWithPrecision(0.006f)
        .containsExactly(1f, 16 / 31f, 0f, 1f, 32 / 63f, 1f, 1f, 0f, 0f);
  }

  @Test
  void eightBitsAreExactAtTheFilesOwnSize() {
    folder.grey("g.png", 16, 16, (x, y) -> 16 * y + x);
    float[] values = read("g.png", "", new ImageSize(16, 16, 1)).image();
    for (int i = 0; i < 256; i++) {
      assertThat(values[i]).isCloseTo(i / 255f, within(1e-7f));
    }
  }

  @Test
  void sixteenBitsAreScaledByTheirOwnWhite() {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setSample(0, 0, 0, 65535);
    image.getRaster().setSample(1, 0, 0, 257);
    folder.bytes("g.png", TestFolder.encode(image, "png"));
    assertThat(read("g.png", "", new ImageSize(1, 3, 1)).image())
        .usingComparatorWithPrecision(1e-7f)
        .containsExactly(1f, 257 / 65535f, 0f);
  }

  @Test
  void sixteenBitTiffIsRead() {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setSample(0, 0, 0, 13107);
    folder.bytes("g.tiff", TestFolder.encode(image, "tiff"));
    assertThat(read("g.tiff", "", new ImageSize(1, 2, 1)).image())
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(0.2f, 0f);
  }

  @Test
  void resizingTakesTheMeanOfTheAreaCovered() {
    folder.grey("g.png", 3, 2, (x, y) -> 60 * x + 30 * y);
    // Columns of 1.5 pixels: (0 + 60/2)/1.5 = 20 and (60/2 + 120)/1.5 = 100; rows add 15.
    assertThat(read("g.png", "", new ImageSize(1, 2, 1)).image())
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(35 / 255f, 115 / 255f);
  }

  @Test
  void aMaskCellIsForegroundWhenAnyOfItsPixelsIs() {
    IntBinaryOperator onePixel = (x, y) -> x == 4 && y == 0 ? 255 : 0;
    folder.grey("g.png", 9, 9, (x, y) -> 9).grey("m.png", 9, 9, onePixel);
    boolean[] mask = read("g.png", "m.png", new ImageSize(2, 2, 1)).mask().orElseThrow();
    // Column 4 of 9 lies half in either cell.
    assertThat(mask).containsExactly(true, true, false, false);
  }

  @Test
  void aMaskGrowsWithItsImage() {
    folder.grey("g.png", 2, 1, (x, y) -> 9).grey("m.png", 2, 1, (x, y) -> x);
    assertThat(read("g.png", "m.png", new ImageSize(2, 4, 1)).mask().orElseThrow())
        .containsExactly(false, false, true, true, false, false, true, true);
  }

  @Test
  void anImageMayLackAMask() {
    folder.grey("g.png", 2, 2, (x, y) -> 9);
    assertThat(read("g.png", "", new ImageSize(2, 2, 1)).mask()).isEmpty();
  }

  @Test
  void greyStoredAsColourServesAsGrey() {
    folder.colour("c.png", 2, 2, new Color(51, 51, 51), BufferedImage.TYPE_INT_RGB);
    assertThat(read("c.png", "", new ImageSize(1, 1, 1)).image())
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(0.2f);
  }

  @Test
  void otherNumbersOfChannelsAreErrors() {
    folder
        .colour("c.png", 2, 2, Color.RED, BufferedImage.TYPE_INT_RGB)
        .colour("alpha.png", 2, 2, Color.RED, BufferedImage.TYPE_INT_ARGB)
        .grey("g.png", 2, 2, (x, y) -> 9);
    fails("c.png", "", 1, "c.png' (labels.csv, line 2) has 3 channels (RGB), expected 1 channel");
    fails("g.png", "", 3, "g.png' (labels.csv, line 2) has 1 channel (grey), expected 3 channels");
    fails("alpha.png", "", 3, "has 4 channels (RGB and alpha), expected 3 channels (RGB)");
  }

  @Test
  void badMasksAreErrors() {
    folder
        .grey("g.png", 4, 4, (x, y) -> 9)
        .grey("soft.png", 4, 4, (x, y) -> x * 80)
        .grey("mixed.png", 4, 4, (x, y) -> x == 0 ? 1 : 255)
        .grey("small.png", 4, 3, (x, y) -> 255)
        .grey("empty.png", 4, 4, (x, y) -> 0)
        .colour("red.png", 4, 4, Color.RED, BufferedImage.TYPE_INT_RGB);
    fails("g.png", "soft.png", 1, "soft.png' (labels.csv, line 2) is no mask");
    fails("g.png", "soft.png", 1, "found the values 0, 80, 160, 240, expected only 0 and 255");
    fails("g.png", "mixed.png", 1, "found the values 1, 255, expected only 0 and 255");
    fails(
        "g.png",
        "small.png",
        1,
        "small.png' (labels.csv, line 2) has 3 x 4 pixels (height x width), but its image has 4 x"
            + " 4");
    fails("g.png", "empty.png", 1, "empty.png' (labels.csv, line 2) is an empty mask");
    fails("g.png", "red.png", 1, "expected a mask with one grey channel");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "bmp", "gif", "tiff"})
  void aTruncatedFileIsAnError(String format) {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64 * 64; i++) {
      image.setRGB(i % 64, i / 64, i * 7919);
    }
    byte[] whole = TestFolder.encode(image, format);
    for (int percent : new int[] {5, 50, 90}) {
      folder.bytes("t." + format, Arrays.copyOf(whole, whole.length * percent / 100));
      fails("t." + format, "", 3, "t." + format + "' (labels.csv, line 2)");
    }
  }

  @Test
  void textAndEmptyFilesAreErrors() {
    folder.text("text.png", "this is no picture").bytes("empty.png", new byte[0]);
    fails("text.png", "", 3, "cannot be decoded");
    fails("empty.png", "", 3, "is an empty file");
  }

  @Test
  void aDefectIsNamedTheSameEachTime() {
    byte[] whole = TestFolder.encode(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "tiff");
    for (int i = 1; i < 20; i++) {
      folder.bytes("t.tiff", Arrays.copyOf(whole, whole.length * i / 20));
      fails("t.tiff", "", 3, "cannot be decoded");
    }
  }

  @ParameterizedTest
  @CsvSource({"4, JPEG", "5, PNG"})
  void aBmpFileWithAPictureInsideIsRefused(int compression, String inner) {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    byte[] inside = TestFolder.encode(image, inner);
    ByteBuffer bmp = ByteBuffer.allocate(54 + inside.length).order(ByteOrder.LITTLE_ENDIAN);
    bmp.put((byte) 'B').put((byte) 'M').putInt(bmp.limit()).putInt(0).putInt(54);
    bmp.putInt(40).putInt(8).putInt(8).putShort((short) 1).putShort((short) 24);
    bmp.putInt(compression).putInt(inside.length).putLong(0).putLong(0).put(inside);
    folder.bytes("c.bmp", bmp.array());
    fails("c.bmp", "", 3, "is a BMP file with a %s picture inside".formatted(inner));
  }

  @Test
  void tiffFilesOfUnsignedSamplesAreRead() {
    folder.bytes("g.tiff", tiff(1, 1, -1, 0, 0x4000));
    assertThat(read("g.tiff", "", new ImageSize(1, 3, 1)).image())
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(1f, 0f, 16384 / 65535f);
  }

  @Test
  void tiffFilesOfOtherSamplesAreRefused() {
    folder.bytes("g.tiff", tiff(1, 2, -1000, 0, 1000));
    fails("g.tiff", "", 1, "has the sample format 2 (signed numbers), expected 1");
    folder.bytes("g.tiff", tiff(1, 3, 0, 1, 2));
    fails("g.tiff", "", 1, "has the sample format 3 (floating point), expected 1");
    folder.bytes("g.tiff", tiff(7, 1, 0, 1, 2));
    fails("g.tiff", "", 1, "is a TIFF file with a JPEG picture inside");
  }

  /** One row of 16 bits. */
  private static byte[] tiff(int compression, int sampleFormat, int... values) {
    int bytes = 2 * values.length;
    int[][] fields = {
      {256, values.length},
      {257, 1},
      {258, 16},
      {259, compression},
      {262, 1},
      {273, 8},
      {277, 1},
      {278, 1},
      {279, bytes},
      {339, sampleFormat}
    };
    ByteBuffer out =
        ByteBuffer.allocate(8 + bytes + 2 + 12 * fields.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8 + bytes);
    for (int value : values) {
      out.putShort((short) value);
    }
    out.putShort((short) fields.length);
    for (int[] field : fields) {
      out.putShort((short) field[0]).putShort((short) 3).putInt(1).putInt(field[1]);
    }
    return out.array();
  }

  private void fails(String image, String mask, int channels, String message) {
    assertThatThrownBy(() -> read(image, mask, new ImageSize(2, 2, channels)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message)
        .hasMessageEndingWith(".")
        .message()
        .doesNotContain("\n");
  }
}

package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Masks as people have them. */
class MaskReadingTest {
  @TempDir private Path root;
  private TestFolder folder;

  @BeforeEach
  void start() {
    folder = new TestFolder(root).grey("g.png", 4, 2, (x, y) -> 9);
  }

  private String read(String mask, MaskFormat format, ImageSize size) {
    folder.labels("file,label,mask,split", "g.png,a," + mask + ",train");
    DatasetManifest manifest = DatasetManifest.read(root).with(Reading.standard().with(format));
    boolean[] cells =
        new SampleReader(manifest, size).read(manifest.samples().get(0)).mask().orElseThrow();
    StringBuilder text = new StringBuilder();
    for (boolean cell : cells) {
      text.append(cell ? '#' : '.');
    }
    return text.toString();
  }

  private String read(String mask, MaskFormat format) {
    return read(mask, format, new ImageSize(2, 4, 1));
  }

  @Test
  void greyIsForegroundAboveTheThreshold() {
    folder.grey("m.png", 4, 2, (x, y) -> 60 * x + y);
    assertThat(read("m.png", MaskFormat.above(0.4))).isEqualTo("..##..##");
    assertThat(read("m.png", MaskFormat.above(0))).isEqualTo(".#######");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "gif", "bmp"})
  void coloursAreForegroundByTheirIndex(String format) {
    byte[] ramp = new byte[256];
    for (int i = 0; i < 256; i++) {
      ramp[i] = (byte) i;
    }
    IndexColorModel reds = new IndexColorModel(8, 256, ramp, new byte[256], new byte[256]);
    BufferedImage mask = new BufferedImage(4, 8, BufferedImage.TYPE_BYTE_INDEXED, reds);
    for (int i = 0; i < 32; i++) {
      mask.getRaster().setSample(i % 4, i / 4, 0, i % 4);
    }
    folder.grey("g.png", 4, 8, (x, y) -> 9).bytes("m." + format, TestFolder.encode(mask, format));
    assertThat(read("m." + format, MaskFormat.of(Set.of(1, 3)), new ImageSize(8, 4, 1)))
        .isEqualTo(".#.#".repeat(8));
    assertThatThrownBy(() -> read("m." + format, MaskFormat.standard()))
        .hasMessageContaining("expected a mask with one grey channel");
  }

  @Test
  void greyValuesMayBeNamedAsForeground() {
    folder.grey("m.png", 4, 2, (x, y) -> x);
    assertThat(read("m.png", MaskFormat.of(Set.of(2)))).isEqualTo("..#...#.");
  }

  private byte[] withAlpha(int[] argb) {
    BufferedImage mask = new BufferedImage(4, 2, BufferedImage.TYPE_INT_ARGB);
    mask.setRGB(0, 0, 4, 2, argb, 0, 4);
    return TestFolder.encode(mask, "png");
  }

  @Test
  void ofAMaskWithAlphaTheOpacityCountsUnlessAllIsOpaque() {
    int white = 0xFFFFFFFF;
    int black = 0xFF000000;
    int clear = 0x00FFFFFF;
    int photo = 0xFF3A7C21;
    folder
        .bytes("cut.png", withAlpha(new int[] {clear, photo, black, clear, 0, white, 0, 0}))
        .bytes("soft.png", withAlpha(new int[] {photo & 0x60FFFFFF, photo, 0, 0, 0, 0, 0, 0}));
    folder.bytes(
        "opaque.png",
        withAlpha(new int[] {white, black, black, white, black, black, black, black}));
    assertThat(read("opaque.png", MaskFormat.standard())).isEqualTo("#..#....");
    assertThat(read("cut.png", MaskFormat.standard())).isEqualTo(".##..#..");
    assertThat(read("soft.png", MaskFormat.above(0.5))).isEqualTo(".#......");
    assertThatThrownBy(() -> read("soft.png", MaskFormat.standard()))
        .hasMessageContaining("found the values 0, 96, 255, expected only 0 and 255");
    folder.bytes(
        "red.png",
        withAlpha(new int[] {0xFFFF0000, black, black, black, black, black, black, black}));
    assertThatThrownBy(() -> read("red.png", MaskFormat.standard()))
        .hasMessageContaining("has 3 channels (RGB), expected a mask with one grey channel");
  }

  @Test
  void severalMasksAddUp() {
    folder
        .grey("left.png", 4, 2, (x, y) -> x == 0 ? 255 : 0)
        .grey("right.png", 4, 2, (x, y) -> x == 3 ? 1 : 0)
        .grey("none.png", 4, 2, (x, y) -> 0);
    assertThat(read("left.png|right.png", MaskFormat.standard())).isEqualTo("#..##..#");
    assertThat(read("left.png|none.png", MaskFormat.standard())).isEqualTo("#...#...");
    assertThatThrownBy(() -> read("none.png", MaskFormat.standard()))
        .hasMessageContaining("none.png' (labels.csv, line 2) is an empty mask");
  }

  @Test
  void aMaskMayHaveAnotherSizeWhenItIsResizedByNearestOrArea() {
    folder
        .grey("large.png", 8, 4, (x, y) -> x < 3 ? 255 : 0)
        .grey("small.png", 2, 1, (x, y) -> x == 0 ? 255 : 0)
        .grey("square.png", 8, 8, (x, y) -> 255);
    MaskFormat nearest = MaskFormat.standard().with(MaskFormat.Resize.NEAREST);
    MaskFormat area = MaskFormat.standard().with(MaskFormat.Resize.AREA);
    // Cells of two columns: the pixel at the centre is the second one, column 3 for the second.
    assertThat(read("large.png", nearest)).isEqualTo("#...#...");
    // Half of the second cell is covered.
    assertThat(read("large.png", area)).isEqualTo("##..##..");
    assertThat(read("small.png", nearest)).isEqualTo("##..##..");
    assertThat(read("small.png", area)).isEqualTo("##..##..");
    assertThatThrownBy(() -> read("square.png", area))
        .hasMessageContaining("has 8 x 8 pixels (height x width), but its image has 2 x 4")
        .hasMessageContaining("must have its image's shape");
    assertThatThrownBy(() -> read("large.png", MaskFormat.standard()))
        .hasMessageContaining("must have its image's size unless masks are resized by nearest");
  }

  @Test
  void aForegroundThatIsLostInResizingIsAnError() {
    folder.grey("dot.png", 4, 2, (x, y) -> x + y == 0 ? 255 : 0);
    MaskFormat area = MaskFormat.standard().with(MaskFormat.Resize.AREA);
    assertThatThrownBy(() -> read("dot.png", area, new ImageSize(1, 1, 1)))
        .hasMessageContaining("all of its pixels are background at 1 x 1 pixels");
    assertThat(read("dot.png", MaskFormat.standard(), new ImageSize(1, 1, 1))).isEqualTo("#");
  }

  @Test
  void colourAndGreyAreConvertedOnRequest() {
    folder
        .colour("c.png", 1, 1, new Color(255, 0, 51), BufferedImage.TYPE_INT_RGB)
        .colour("alpha.png", 1, 1, new Color(255, 0, 51), BufferedImage.TYPE_INT_ARGB);
    Reading converting = Reading.standard().withConversion(true);
    for (String file : new String[] {"c.png", "alpha.png"}) {
      // 0.299 * 255 + 0.114 * 51 = 82.06
      assertThat(Pixels.read(root.resolve(file), new ImageSize(1, 1, 1), converting).image())
          .usingComparatorWithPrecision(1e-6f)
          .containsExactly(82f / 255);
    }
    assertThat(Pixels.read(root.resolve("alpha.png"), new ImageSize(1, 1, 3), converting).image())
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(1f, 0f, 0.2f);
    assertThat(Pixels.read(root.resolve("g.png"), new ImageSize(1, 1, 3), converting).image())
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(9f / 255, 9f / 255, 9f / 255);
  }

  /** The order of Set.of changes with each start of Java. */
  @Test
  void foregroundValuesAreSorted() {
    Set<Integer> values = new LinkedHashSet<>(List.of(900, 7, 20, 3, 65535, 0));
    MaskFormat format = MaskFormat.of(values).with(MaskFormat.Resize.AREA);
    assertThat(format.foreground()).containsExactly(0, 3, 7, 20, 900, 65535);
    assertThat(format.toString()).contains("foreground=[0, 3, 7, 20, 900, 65535]");
    assertThat(format).isEqualTo(MaskFormat.of(Set.copyOf(values)).with(MaskFormat.Resize.AREA));
  }

  @Test
  void impossibleFormatsAreErrors() {
    assertThatThrownBy(() -> MaskFormat.above(1)).hasMessageContaining("threshold is 1.0");
    assertThatThrownBy(() -> MaskFormat.of(Set.of(-1))).hasMessageContaining("value is -1");
    assertThatThrownBy(() -> new MaskFormat(Optional.of(0.5), Set.of(1), MaskFormat.Resize.ANY))
        .hasMessageContaining("both a threshold (0.5) and foreground values ([1])");
  }
}

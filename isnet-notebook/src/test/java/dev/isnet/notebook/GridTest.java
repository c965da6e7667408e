package dev.isnet.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.ImageSize;
import dev.isnet.data.Pixels;
import dev.isnet.explain.Heatmap;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GridTest {

  private static final int RED = 0xFFB2182B;
  private static final int WHITE = 0xFFFFFFFF;

  /** A map of 2×2 pixels with relevance in its upper left one alone. */
  private static Heatmap map(float relevance) {
    return new Heatmap(new float[] {relevance, 0, 0, 0}, 1, 2, 2, "cat", -1.234);
  }

  private static Tile tile(float relevance) {
    return Tile.of(map(relevance)).captioned("");
  }

  @Test
  void tilesAreEnlargedByWholeFactorsAndLieInRowsAndColumns() {
    BufferedImage picture = Grid.of("", "").side(41).row(tile(1), tile(1)).row(tile(1)).picture();
    assertThat(picture.getWidth()).isEqualTo(12 + 2 * (40 + 12));
    assertThat(picture.getRGB(12, 12)).isEqualTo(RED);
    assertThat(picture.getRGB(31, 31)).isEqualTo(RED);
    assertThat(picture.getRGB(32, 32)).isEqualTo(WHITE);
    assertThat(picture.getRGB(64, 12)).isEqualTo(RED);
    assertThat(picture.getRGB(12, 12 + 40 + 12)).isEqualTo(RED);
    assertThat(picture.getRGB(64, 12 + 40 + 12)).isEqualTo(WHITE);
  }

  @Test
  void mapsOfAColumnShareTheirColoursUnlessToldOtherwise() {
    Grid grid = Grid.of("", "").side(40).row(tile(4), tile(1)).row(tile(1), tile(1));
    int second = 12 + 40 + 12;
    assertThat(grid.picture().getRGB(12, second)).isNotEqualTo(RED);
    assertThat(grid.picture().getRGB(64, 12)).isEqualTo(RED);
    grid.scale(Grid.Scale.ROW);
    assertThat(grid.picture().getRGB(12, second)).isEqualTo(RED);
    assertThat(grid.picture().getRGB(64, 12)).isNotEqualTo(RED);
    grid.scale(Grid.Scale.GRID);
    assertThat(grid.picture().getRGB(64, second)).isNotEqualTo(RED);
    grid.scale(Grid.Scale.TILE);
    assertThat(grid.picture().getRGB(64, second)).isEqualTo(RED);
  }

  @Test
  void aHeatmapSaysWhatItExplains() {
    assertThat(Tile.of(map(1)).caption()).isEqualTo("cat: −1.23");
  }

  @Test
  void anImageIsShownWithTheOutlineOfItsMask() {
    Pixels image =
        new Pixels(
            new ImageSize(2, 2, 1),
            new float[4],
            Optional.of(new boolean[] {true, false, false, false}));
    BufferedImage outlined = Grid.of(1, List.of(Tile.of(image))).side(40).picture();
    assertThat(outlined.getRGB(12, 12)).isEqualTo(0xFFFFD51E);
    BufferedImage bare = Grid.of(1, List.of(Tile.of(image).plain())).side(40).picture();
    assertThat(bare.getRGB(12, 12)).isEqualTo(0xFF000000);
  }

  @Test
  void aListFillsTheRowsOneAfterTheOther() {
    BufferedImage picture = Grid.of(2, List.of(tile(1), tile(1), tile(1))).side(40).picture();
    assertThat(picture.getRGB(12, 64)).isEqualTo(RED);
    assertThat(picture.getRGB(64, 64)).isEqualTo(WHITE);
  }

  @Test
  void thereAreNoMoreTilesThanColumns() {
    assertThatThrownBy(() -> Grid.of("one").row(tile(1), tile(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 tiles for 1 columns.");
  }

  @Test
  void anEmptyGridIsNoPicture() {
    assertThatThrownBy(() -> Grid.of("one").picture())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A grid needs at least one row.");
  }
}

package dev.isnet.notebook;

import dev.isnet.explain.Heatmap;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Pictures and heatmaps in rows and columns, as one picture. */
public final class Grid {

  /** Which heatmaps share their colours, so that they can be compared. */
  public enum Scale {
    /** Each heatmap has its own: where the relevance lies. */
    TILE,
    /** Those of a column: the default, for columns that are classifiers. */
    COLUMN,
    /** Those of a row. */
    ROW,
    /** All of them. */
    GRID
  }

  private static final int MARGIN = 12;
  private static final int HEADING = 28;
  private static final int CAPTION = 30;
  private static final Color INK = new Color(0x1C2430);
  private static final Color SOFT = new Color(0x566173);
  private static final Color RULE = new Color(0xD9DEE6);

  private final List<String> columns;
  private final List<List<Tile>> rows = new ArrayList<>();
  private Scale scale = Scale.COLUMN;
  private int side = 168;

  private Grid(List<String> columns) {
    this.columns = columns;
  }

  /**
   * An empty grid.
   *
   * @param columns their headings, at least one; may be empty strings
   * @return the grid
   */
  public static Grid of(String... columns) {
    if (columns.length == 0) {
      throw new IllegalArgumentException("A grid needs at least one column.");
    }
    return new Grid(List.of(columns));
  }

  /**
   * A grid without headings, filled row by row.
   *
   * @param columns tiles in a row, at least 1
   * @param tiles at least one
   * @return the grid
   */
  public static Grid of(int columns, List<Tile> tiles) {
    Grid grid = of(Stream.generate(() -> "").limit(columns).toArray(String[]::new));
    for (int first = 0; first < tiles.size(); first += columns) {
      grid.row(tiles.subList(first, Math.min(tiles.size(), first + columns)).toArray(Tile[]::new));
    }
    return grid;
  }

  /**
   * Adds a row.
   *
   * @param tiles at least one and at most as many as columns
   * @return this grid
   * @throws IllegalArgumentException if there are none or too many
   */
  public Grid row(Tile... tiles) {
    if (tiles.length == 0 || tiles.length > columns.size()) {
      throw new IllegalArgumentException(
          "%d tiles for %d columns.".formatted(tiles.length, columns.size()));
    }
    rows.add(List.of(tiles));
    return this;
  }

  /**
   * Sets which heatmaps share a scale.
   *
   * @param value default: those of a column
   * @return this grid
   */
  public Grid scale(Scale value) {
    scale = value;
    return this;
  }

  /**
   * Sets the size of a tile. Small images are enlarged by a whole factor that fits.
   *
   * @param pixels at least 32; default 168
   * @return this grid
   * @throws IllegalArgumentException if it is below 32
   */
  public Grid side(int pixels) {
    if (pixels < 32) {
      throw new IllegalArgumentException("A tile has a side of at least 32, not " + pixels + ".");
    }
    side = pixels;
    return this;
  }

  /**
   * Draws the grid. It needs a font on the host, as all drawing of text in Java does.
   *
   * @return an opaque RGB picture
   * @throws IllegalArgumentException if there is no row
   */
  public BufferedImage picture() {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("A grid needs at least one row.");
    }
    List<List<BufferedImage>> pictures = new ArrayList<>();
    for (int r = 0; r < rows.size(); r++) {
      pictures.add(new ArrayList<>());
      for (int c = 0; c < rows.get(r).size(); c++) {
        pictures.get(r).add(rows.get(r).get(c).picture(side, scaleOf(r, c)));
      }
    }
    int cellWidth =
        pictures.stream().flatMap(List::stream).mapToInt(BufferedImage::getWidth).max().getAsInt();
    int heading = columns.stream().allMatch(String::isEmpty) ? MARGIN : HEADING;
    boolean captions =
        rows.stream().flatMap(List::stream).anyMatch(tile -> !tile.caption().isEmpty());
    int beneath = captions ? CAPTION : MARGIN;
    int height =
        heading
            + pictures.stream().mapToInt(row -> tallest(row) + beneath).sum()
            + (captions ? 0 : MARGIN / 2);
    int width = MARGIN + columns.size() * (cellWidth + MARGIN);
    BufferedImage canvas = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = canvas.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, width, height);
    for (int c = 0; c < columns.size(); c++) {
      text(g, columns.get(c), left(c, cellWidth), heading - 9, cellWidth, Font.BOLD, INK);
    }
    int top = heading;
    for (int r = 0; r < rows.size(); r++) {
      for (int c = 0; c < rows.get(r).size(); c++) {
        BufferedImage picture = pictures.get(r).get(c);
        int left = left(c, cellWidth);
        g.drawImage(picture, left, top, null);
        g.setColor(RULE);
        g.drawRect(left - 1, top - 1, picture.getWidth() + 1, picture.getHeight() + 1);
        int baseline = top + picture.getHeight() + 17;
        text(g, rows.get(r).get(c).caption(), left, baseline, cellWidth, Font.PLAIN, SOFT);
      }
      top += tallest(pictures.get(r)) + beneath;
    }
    g.dispose();
    return canvas;
  }

  private double scaleOf(int row, int column) {
    List<Heatmap> maps =
        switch (scale) {
          case TILE -> maps(Stream.of(rows.get(row).get(column)));
          case ROW -> maps(rows.get(row).stream());
          case COLUMN -> maps(rows.stream().filter(r -> r.size() > column).map(r -> r.get(column)));
          case GRID -> maps(rows.stream().flatMap(List::stream));
        };
    return maps.isEmpty() ? 1 : Heatmap.commonScale(maps);
  }

  private static List<Heatmap> maps(Stream<Tile> tiles) {
    return tiles.flatMap(tile -> tile.heatmap().stream()).toList();
  }

  private static int tallest(List<BufferedImage> row) {
    return row.stream().mapToInt(BufferedImage::getHeight).max().orElseThrow();
  }

  private static int left(int column, int cell) {
    return MARGIN + column * (cell + MARGIN);
  }

  /** Text that does not fit is cut off instead of running into the next column. */
  private static void text(
      Graphics2D g, String text, int left, int baseline, int width, int style, Color colour) {
    g.setFont(new Font(Font.SANS_SERIF, style, 12));
    g.setColor(colour);
    g.setClip(left, baseline - 16, width + MARGIN / 2, 24);
    g.drawString(text, left, baseline);
    g.setClip(null);
  }
}

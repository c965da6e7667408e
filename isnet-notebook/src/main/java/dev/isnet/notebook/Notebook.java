package dev.isnet.notebook;

import dev.isnet.explain.Heatmap;
import dev.isnet.explain.MaskOutline;
import java.awt.image.BufferedImage;

/**
 * Shows things below a notebook's cell. Meant for a static import:
 *
 * <pre>{@code
 * import static dev.isnet.notebook.Notebook.show;
 * }</pre>
 */
public final class Notebook {

  private Notebook() {}

  /**
   * Shows a picture.
   *
   * @param picture in the size in which it will be seen
   */
  public static void show(BufferedImage picture) {
    Output.find().picture(picture);
  }

  /**
   * Shows one heatmap, with the class and the logit that it explains.
   *
   * @param heatmap in the full colours of its own scale
   */
  public static void show(Heatmap heatmap) {
    show(Grid.of("").row(Tile.of(heatmap)));
  }

  /**
   * Shows one heatmap with the outline of the foreground.
   *
   * @param heatmap in the full colours of its own scale
   * @param mask the foreground
   */
  public static void show(Heatmap heatmap, MaskOutline mask) {
    show(Grid.of("").row(Tile.of(heatmap).outlined(mask)));
  }

  /**
   * Shows pictures and heatmaps side by side.
   *
   * @param grid with at least one row
   */
  public static void show(Grid grid) {
    show(grid.picture());
  }

  /**
   * Shows curves, points or bars.
   *
   * @param chart with at least one series
   */
  public static void show(Chart chart) {
    show(chart.picture());
  }

  /**
   * Shows a table.
   *
   * @param table the table
   */
  public static void show(Table table) {
    Output.find().html(table.toHtml(), table.toString());
  }
}

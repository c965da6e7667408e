package dev.isnet.cli.report;

import dev.isnet.explain.Heatmap;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * A gallery as one picture, for documents that cannot show a report: a row for each image, with the
 * image on the left and, beside it, what each system's prediction rests on.
 */
public final class GalleryPicture {

  private static final int MARGIN = 16;
  private static final int HEADER = 34;
  private static final int CAPTION = 46;
  private static final Color INK = new Color(0x1C2430);
  private static final Color SOFT = new Color(0x566173);
  private static final Color RULE = new Color(0xD9DEE6);

  private GalleryPicture() {}

  /**
   * Draws a gallery. It needs a font on the host, as all drawing of text in Java does.
   *
   * @param rows at least one; all with the same systems, each with at least one heatmap
   * @param width the picture's width in pixels, at least 100 for each column
   * @throws IllegalArgumentException if there is no row, or the picture is too narrow
   */
  public static BufferedImage of(List<GalleryRow> rows, int width) {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("A picture needs at least one row.");
    }
    List<Explanation> systems = rows.get(0).explanations();
    int columns = 1 + systems.size();
    int cell = (width - MARGIN) / columns - MARGIN;
    if (cell < 100 - MARGIN) {
      throw new IllegalArgumentException(
          columns + " columns do not fit into " + width + " pixels.");
    }
    int height = HEADER + rows.size() * (cell + CAPTION) + MARGIN;
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, width, height);
    GalleryImages images = new GalleryImages(rows);
    text(g, "image and mask", left(0, cell), HEADER - 12, Font.BOLD, INK);
    for (int i = 0; i < systems.size(); i++) {
      text(g, systems.get(i).system(), left(i + 1, cell), HEADER - 12, Font.BOLD, INK);
    }
    for (int r = 0; r < rows.size(); r++) {
      GalleryRow row = rows.get(r);
      int top = HEADER + r * (cell + CAPTION);
      place(g, images.photo(row), left(0, cell), top, cell);
      text(g, row.trueClass(), left(0, cell), top + cell + 20, Font.BOLD, INK);
      for (int i = 0; i < row.explanations().size(); i++) {
        Explanation explanation = row.explanations().get(i);
        Heatmap heatmap = ofPrediction(explanation);
        int left = left(i + 1, cell);
        place(g, images.map(row, explanation.system(), heatmap), left, top, cell);
        text(g, says(row, explanation), left, top + cell + 20, Font.PLAIN, SOFT);
      }
    }
    g.dispose();
    return picture;
  }

  /** The heatmap of the predicted class, or the first if that one is not among them. */
  private static Heatmap ofPrediction(Explanation explanation) {
    return explanation.heatmaps().stream()
        .filter(heatmap -> heatmap.className().equals(explanation.predictedClass()))
        .findFirst()
        .orElse(explanation.heatmaps().get(0));
  }

  private static String says(GalleryRow row, Explanation explanation) {
    boolean right = explanation.predictedClass().equals(row.trueClass());
    return "says " + explanation.predictedClass() + (right ? "" : ": wrong");
  }

  private static int left(int column, int cell) {
    return MARGIN + column * (cell + MARGIN);
  }

  private static void text(
      Graphics2D g, String text, int left, int baseline, int style, Color colour) {
    g.setFont(new Font(Font.SANS_SERIF, style, 15));
    g.setColor(colour);
    g.drawString(text, left, baseline);
  }

  /** Places an image into a square cell, as large as it fits. */
  private static void place(Graphics2D g, BufferedImage image, int left, int top, int cell) {
    double scale = (double) cell / Math.max(image.getWidth(), image.getHeight());
    int width = (int) Math.round(scale * image.getWidth());
    int height = (int) Math.round(scale * image.getHeight());
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.drawImage(image, left, top, width, height, null);
    g.setColor(RULE);
    g.drawRect(left, top, width - 1, height - 1);
  }
}

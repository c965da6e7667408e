package dev.isnet.notebook;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Locale;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;

/** How charts look. */
final class Look {

  static final int WIDTH = 620;
  static final int HEIGHT = 330;

  private static final Color INK = new Color(0x1C2430);
  private static final Color SOFT = new Color(0x566173);
  private static final Color RULE = new Color(0xE3E7ED);

  /** Blue, orange, green, violet and grey, which can be told apart with every colour blindness. */
  private static final Color[] SERIES = {
    new Color(0x0072B2), new Color(0xD55E00), new Color(0x009E73), new Color(0x8A5AA8), SOFT
  };

  private Look() {}

  static Font font(int style) {
    return new Font(Font.SANS_SERIF, style, 12);
  }

  static void dress(AxesChartStyler styler) {
    styler
        .setChartBackgroundColor(Color.WHITE)
        .setChartFontColor(INK)
        .setChartPadding(10)
        .setPlotBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14))
        .setChartTitleBoxVisible(false)
        .setLegendPosition(Styler.LegendPosition.OutsideE)
        .setLegendBorderColor(Color.WHITE)
        .setLegendFont(font(Font.PLAIN))
        .setSeriesColors(SERIES)
        .setLocale(Locale.ROOT);
    BasicStroke[] lines = new BasicStroke[SERIES.length];
    java.util.Arrays.fill(
        lines, new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    styler.setSeriesLines(lines);
    styler
        .setAxisTitleFont(font(Font.PLAIN))
        .setAxisTickLabelsFont(font(Font.PLAIN))
        .setAxisTickLabelsColor(SOFT)
        .setAxisTickMarksColor(RULE)
        .setPlotGridLinesColor(RULE)
        .setPlotGridLinesStroke(new BasicStroke(1f))
        .setPlotGridVerticalLinesVisible(false)
        .setMarkerSize(8);
  }

  static BufferedImage draw(Chart<?, ?> chart, boolean legend) {
    if (chart.getSeriesCollection().isEmpty()) {
      throw new IllegalArgumentException("A chart needs at least one series.");
    }
    chart.getStyler().setLegendVisible(legend);
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    chart.paint(g, WIDTH, HEIGHT);
    g.dispose();
    return picture;
  }
}

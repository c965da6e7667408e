package dev.isnet.notebook;

import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Curves, points or bars. */
public sealed interface Chart permits Chart.Curves, Chart.Bars {

  /**
   * Draws the chart. It needs a font on the host, as all drawing of text in Java does.
   *
   * @return an opaque RGB picture
   * @throws IllegalArgumentException if there is no series
   */
  BufferedImage picture();

  /**
   * An empty field for curves and points.
   *
   * @param title what is shown
   * @param x name of the horizontal axis
   * @param y name of the vertical axis
   * @return the chart
   */
  static Curves curves(String title, String x, String y) {
    return new Curves(title, x, y);
  }

  /**
   * An empty field for bars.
   *
   * @param title what is shown
   * @param y name of the vertical axis, which starts at 0
   * @param groups the groups of bars from left to right
   * @return the chart
   */
  static Bars bars(String title, String y, List<String> groups) {
    return new Bars(title, y, groups);
  }

  /** Curves and points. */
  final class Curves implements Chart {
    private final XYChart chart;

    private Curves(String title, String x, String y) {
      chart =
          new XYChartBuilder()
              .width(Look.WIDTH)
              .height(Look.HEIGHT)
              .title(title)
              .xAxisTitle(x)
              .yAxisTitle(y)
              .build();
      Look.dress(chart.getStyler());
    }

    /**
     * Adds a curve.
     *
     * @param name unlike those of the other series
     * @param x positions
     * @param y values, as many
     * @return this chart
     * @throws IllegalArgumentException if the name is taken or the lengths differ
     */
    public Curves line(String name, double[] x, double[] y) {
      chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
      return this;
    }

    /**
     * Adds a curve over 1, 2, 3, …
     *
     * @param name unlike those of the other series
     * @param steps what the steps brought, in order
     * @param value what is shown of each
     * @return this chart
     * @throws IllegalArgumentException if the name is taken
     */
    public <T> Curves line(String name, List<T> steps, ToDoubleFunction<? super T> value) {
      return line(
          name,
          DoubleStream.iterate(1, step -> step + 1).limit(steps.size()).toArray(),
          steps.stream().mapToDouble(value).toArray());
    }

    /**
     * Adds points.
     *
     * @param name unlike those of the other series
     * @param x positions
     * @param y values, as many
     * @return this chart
     * @throws IllegalArgumentException if the name is taken or the lengths differ
     */
    public Curves points(String name, double[] x, double[] y) {
      chart
          .addSeries(name, x, y)
          .setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter)
          .setMarker(SeriesMarkers.CIRCLE);
      return this;
    }

    /**
     * Spaces powers of ten equally on the horizontal axis.
     *
     * @return this chart
     */
    public Curves logarithmicX() {
      chart.getStyler().setXAxisLogarithmic(true);
      return this;
    }

    /**
     * Fixes the vertical axis.
     *
     * @param least its beginning
     * @param greatest its end
     * @return this chart
     */
    public Curves range(double least, double greatest) {
      chart.getStyler().setYAxisMin(least).setYAxisMax(greatest);
      return this;
    }

    @Override
    public BufferedImage picture() {
      if (chart.getStyler().isXAxisLogarithmic()) {
        wholePowersOfTen();
      }
      return Look.draw(chart, chart.getSeriesCollection().size() > 1);
    }

    /** Only powers of ten are labelled: with both ends labelled the values between can be read. */
    private void wholePowersOfTen() {
      DoubleSummaryStatistics x =
          chart.getSeriesCollection().stream()
              .flatMapToDouble(series -> DoubleStream.of(series.getXData()))
              .summaryStatistics();
      double first = Math.floor(Math.log10(x.getMin()));
      double last = Math.max(Math.ceil(Math.log10(x.getMax())), first + 1);
      chart.getStyler().setXAxisMin(Math.pow(10, first)).setXAxisMax(Math.pow(10, last));
    }
  }

  /** Bars in groups. */
  final class Bars implements Chart {
    private final CategoryChart chart;
    private final List<String> groups;

    private Bars(String title, String y, List<String> groups) {
      this.groups = List.copyOf(groups);
      chart =
          new CategoryChartBuilder()
              .width(Look.WIDTH)
              .height(Look.HEIGHT)
              .title(title)
              .yAxisTitle(y)
              .build();
      Look.dress(chart.getStyler());
      chart.getStyler().setAvailableSpaceFill(0.7).setLabelsVisible(true).setLabelsPosition(0.97);
      chart.getStyler().setYAxisMin(0.0).setDecimalPattern("0.##");
      chart.getStyler().setLabelsFont(Look.font(Font.PLAIN)).setLabelsFontColor(Color.WHITE);
    }

    /**
     * Adds a bar to each group.
     *
     * @param name unlike those of the other series
     * @param heights one for each group, at least 0
     * @return this chart
     * @throws IllegalArgumentException if the name is taken or a height is missing
     */
    public Bars bar(String name, double... heights) {
      if (heights.length != groups.size()) {
        throw new IllegalArgumentException(
            "%d bars for %d groups.".formatted(heights.length, groups.size()));
      }
      chart.addSeries(name, groups, DoubleStream.of(heights).boxed().toList());
      return this;
    }

    /**
     * Fixes the end of the vertical axis.
     *
     * @param greatest its end
     * @return this chart
     */
    public Bars upTo(double greatest) {
      chart.getStyler().setYAxisMax(greatest);
      return this;
    }

    @Override
    public BufferedImage picture() {
      return Look.draw(chart, chart.getSeriesCollection().size() > 1);
    }
  }
}

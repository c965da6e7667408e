package dev.isnet.notebook;

import dev.isnet.data.Pixels;
import dev.isnet.explain.Heatmap;
import dev.isnet.explain.MaskOutline;
import dev.isnet.explain.Pictures;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.Optional;

/**
 * One picture of a {@link Grid}: an image or a heatmap, perhaps with the outline of the foreground,
 * and what it says beneath.
 */
public final class Tile {

  private final Optional<BufferedImage> image;
  private final Optional<Heatmap> heatmap;
  private final Optional<MaskOutline> outline;
  private final String caption;

  private Tile(
      Optional<BufferedImage> image,
      Optional<Heatmap> heatmap,
      Optional<MaskOutline> outline,
      String caption) {
    this.image = image;
    this.heatmap = heatmap;
    this.outline = outline;
    this.caption = caption;
  }

  /**
   * A picture.
   *
   * @param picture of any size; the grid enlarges it
   * @return the tile, without a caption
   */
  public static Tile of(BufferedImage picture) {
    return new Tile(Optional.of(picture), Optional.empty(), Optional.empty(), "");
  }

  /**
   * An image as the classifier sees it, with the outline of its mask if it has one.
   *
   * @param image of 1 or 3 channels
   * @return the tile, without a caption
   */
  public static Tile of(Pixels image) {
    return new Tile(Optional.of(Pictures.of(image)), Optional.empty(), MaskOutline.of(image), "");
  }

  /**
   * An example with the outline of its mask if it has one.
   *
   * @param example the example
   * @return the tile, with the example's class as caption
   */
  public static Tile of(Example example) {
    return of(example.image()).captioned(example.className());
  }

  /**
   * A heatmap; the grid decides its scale.
   *
   * @param heatmap the heatmap
   * @return the tile, with the class and the logit as caption
   */
  public static Tile of(Heatmap heatmap) {
    return new Tile(
        Optional.empty(),
        Optional.of(heatmap),
        Optional.empty(),
        String.format(Locale.ROOT, "%s: %.2f", heatmap.className(), heatmap.logit())
            .replace('-', '−'));
  }

  /**
   * The same with the outline of a foreground.
   *
   * @param mask the foreground
   * @return the tile
   */
  public Tile outlined(MaskOutline mask) {
    return new Tile(image, heatmap, Optional.of(mask), caption);
  }

  /**
   * The same with the outline of an image's mask, if it has one.
   *
   * @param other the image
   * @return the tile
   */
  public Tile outlined(Pixels other) {
    return new Tile(image, heatmap, MaskOutline.of(other), caption);
  }

  /**
   * The same without an outline.
   *
   * @return the tile
   */
  public Tile plain() {
    return new Tile(image, heatmap, Optional.empty(), caption);
  }

  /**
   * The same with another caption.
   *
   * @param text one short line
   * @return the tile
   */
  public Tile captioned(String text) {
    return new Tile(image, heatmap, outline, text);
  }

  Optional<Heatmap> heatmap() {
    return heatmap;
  }

  String caption() {
    return caption;
  }

  /** The picture, enlarged by a whole factor to at most a side, with the outline. */
  BufferedImage picture(int side, double scale) {
    BufferedImage small =
        heatmap.map(map -> map.toImage(scale)).orElseGet(() -> image.orElseThrow());
    int longest = Math.max(small.getWidth(), small.getHeight());
    BufferedImage large = Pictures.enlarge(small, Math.max(1, side / longest));
    outline.ifPresent(
        mask ->
            mask.draw(large, heatmap.isPresent() ? MaskOutline.ON_HEATMAP : MaskOutline.ON_PHOTO));
    return large;
  }
}

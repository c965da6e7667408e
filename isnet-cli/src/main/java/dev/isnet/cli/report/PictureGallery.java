package dev.isnet.cli.report;

import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Pictures with captions, side by side.
 *
 * @param pictures in this order
 */
public record PictureGallery(List<Picture> pictures) implements Block {

  /**
   * One picture.
   *
   * @param image the picture
   * @param caption what it shows
   */
  public record Picture(BufferedImage image, String caption) {
    String uri() {
      return GalleryImages.dataUri(image);
    }
  }

  /** Copies the list. */
  public PictureGallery {
    pictures = List.copyOf(pictures);
  }
}

package dev.isnet.cli.experiment;

import dev.isnet.data.BatchIterator;
import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImages;
import dev.isnet.explain.MaskOutline;
import dev.isnet.explain.Pictures;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Training images of an epoch side by side, each with its classes and the outline of its mask. */
public final class ContactSheet {
  private static final int COLUMNS = 8;
  private static final int SIDE = 160;
  private static final int CAPTION = 16;
  private static final int GAP = 8;

  private ContactSheet() {}

  /**
   * Draws a sheet.
   *
   * @param config the experiment
   * @param count how many images, at most
   * @param epoch which epoch, from 0
   * @return the sheet
   */
  public static BufferedImage draw(ExperimentConfig config, int count, int epoch) {
    MaskedImages images = new ExperimentData(config).train();
    List<BufferedImage> cells = new ArrayList<>();
    List<String> captions = new ArrayList<>();
    try (BatchIterator batches = images.epoch(epoch)) {
      while (batches.hasNext() && cells.size() < count) {
        try (MaskedBatch batch = batches.next()) {
          for (int b = 0; b < batch.size() && cells.size() < count; b++) {
            cells.add(cell(batch, b, images.imageSize()));
            captions.add(caption(batch, b, images.classes()));
          }
        }
      }
    }
    return sheet(cells, captions);
  }

  private static BufferedImage cell(MaskedBatch batch, int index, ImageSize size) {
    BufferedImage picture =
        Pictures.of(floats(batch.images(), index), size.channels(), size.height(), size.width());
    int longest = Math.max(size.height(), size.width());
    BufferedImage large = Pictures.enlarge(picture, Math.max(1, SIDE / longest));
    if (batch.hasMask()[index]) {
      MaskOutline.of(floats(batch.masks(), index), size.height(), size.width())
          .draw(large, MaskOutline.ON_PHOTO);
    }
    return large;
  }

  private static float[] floats(INDArray batch, int index) {
    try (INDArray one = batch.slice(index).dup('c')) {
      return one.data().asFloat();
    }
  }

  private static String caption(MaskedBatch batch, int index, List<String> classes) {
    List<String> names = new ArrayList<>();
    for (int k = 0; k < classes.size(); k++) {
      if (batch.labels().getFloat(index, k) > 0) {
        names.add(classes.get(k));
      }
    }
    return names.isEmpty() ? "-" : String.join(", ", names);
  }

  private static BufferedImage sheet(List<BufferedImage> cells, List<String> captions) {
    int columns = Math.min(COLUMNS, cells.size());
    int rows = (cells.size() + columns - 1) / columns;
    int width = cells.get(0).getWidth() + GAP;
    int height = cells.get(0).getHeight() + CAPTION + GAP;
    BufferedImage sheet =
        new BufferedImage(columns * width + GAP, rows * height + GAP, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    graphics.setColor(Color.BLACK);
    for (int i = 0; i < cells.size(); i++) {
      int x = GAP + i % columns * width;
      int y = GAP + i / columns * height;
      graphics.drawImage(cells.get(i), x, y, null);
      // A caption must not run into the next one.
      graphics.setClip(x, y, width - GAP / 2, height);
      graphics.drawString(captions.get(i), x, y + cells.get(i).getHeight() + CAPTION - 4);
      graphics.setClip(null);
    }
    graphics.dispose();
    return sheet;
  }
}

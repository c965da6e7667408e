package dev.isnet.notebook;

import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.data.Pixels;
import dev.isnet.explain.Heatmap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * An image to look at.
 *
 * @param image the image with its mask, as training sees it
 * @param className its class; the first one if it has several
 * @param file its name: the path in the labels file
 */
public record Example(Pixels image, String className, String file) {

  /**
   * The first images of a source's first epoch.
   *
   * @param source the images
   * @param count how many, at most
   * @return the images, in the source's order
   */
  public static List<Example> first(MaskedImageSource source, int count) {
    List<Example> found = new ArrayList<>();
    each(
        source,
        example -> {
          found.add(example);
          return found.size() < count;
        });
    return found;
  }

  /**
   * The first image of each class.
   *
   * @param source the images
   * @return one image for each class that there is, in the classes' order
   */
  public static List<Example> ofEachClass(MaskedImageSource source) {
    Map<String, Example> found = new LinkedHashMap<>();
    each(
        source,
        example -> {
          found.putIfAbsent(example.className(), example);
          return found.size() < source.classes().size();
        });
    return source.classes().stream().filter(found::containsKey).map(found::get).toList();
  }

  /**
   * The class that the classifier says: the one with the largest logit.
   *
   * @param heatmaps of all classes, at least one
   * @return its heatmap
   */
  public static Heatmap prediction(List<Heatmap> heatmaps) {
    return heatmaps.stream().max(Comparator.comparingDouble(Heatmap::logit)).orElseThrow();
  }

  /** Hands out images until it is told that there are enough. */
  private static void each(MaskedImageSource source, Predicate<Example> more) {
    Iterator<MaskedBatch> batches = source.epoch(0);
    try {
      boolean wanted = true;
      while (wanted && batches.hasNext()) {
        try (MaskedBatch batch = batches.next()) {
          for (int i = 0; wanted && i < batch.size(); i++) {
            int label = batch.labels().slice(i).argMax(0).getInt(0);
            wanted =
                more.test(
                    new Example(
                        batch.pixels(i), source.classes().get(label), batch.files().get(i)));
          }
        }
      }
    } finally {
      close(batches);
    }
  }

  private static void close(Iterator<MaskedBatch> batches) {
    if (batches instanceof AutoCloseable open) {
      try {
        open.close();
      } catch (Exception e) {
        throw new IllegalStateException("The images cannot be closed.", e);
      }
    }
  }
}

package dev.isnet.cli.experiment;

import dev.isnet.cli.Progress;
import dev.isnet.cli.WrongUseException;
import dev.isnet.data.AtomicFile;
import dev.isnet.data.BatchIterator;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ImageSize;
import dev.isnet.data.ImageStore;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImages;
import dev.isnet.data.Sample;
import dev.isnet.data.Split;
import dev.isnet.explain.Explainer;
import dev.isnet.explain.Heatmap;
import dev.isnet.explain.MaskOutline;
import dev.isnet.explain.Method;
import dev.isnet.explain.NpyFile;
import dev.isnet.explain.Pictures;
import dev.isnet.graph.Predictor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The heatmaps of a whole data set in a folder: raw as {@code maps/NAME.npy} of the shape [classes,
 * channels, height, width], over the image as {@code overlays/NAME.K-CLASS.png}, all at one scale,
 * and an {@code index.csv} with a line for each. Whatever an index line stands for is complete, so
 * an export that was interrupted goes on behind the last line.
 */
public final class HeatmapExport {
  /** As many images, evenly spaced, decide on the scale of all overlays. */
  private static final int IMAGES_FOR_SCALE = 32;

  /** About how wide an overlay becomes, in pixels; by whole factors. */
  private static final int WIDTH = 256;

  /** More images at a time would be no faster and need more memory. */
  private static final int MOST_PER_BATCH = 8;

  private final SavedModel model;
  private final Request request;
  private final PrintWriter err;

  /**
   * What to explain.
   *
   * @param model the model's file
   * @param data the data set's folder
   * @param labels the labels file in it
   * @param split the images; empty for all
   * @param classes the classes to explain; empty for all in the maps and the predicted one in the
   *     overlays
   * @param method how the heatmaps are made
   * @param out the folder to write
   */
  public record Request(
      Path model,
      Path data,
      String labels,
      Optional<Split> split,
      List<String> classes,
      Method method,
      Path out) {}

  /**
   * What was done.
   *
   * @param images number of images in the index
   * @param before how many of them were there already
   * @param index the index
   * @param scale the relevance of the full colour
   */
  public record Outcome(int images, int before, Path index, double scale) {}

  /**
   * Prepares an export.
   *
   * @param model the model within the request's file
   * @param request what to explain
   * @param err where progress is shown
   * @throws WrongUseException if the model has no such class
   */
  public HeatmapExport(SavedModel model, Request request, PrintWriter err) {
    this.request = request;
    this.err = err;
    this.model = model;
    for (String name : request.classes()) {
      if (!model.classes().contains(name)) {
        throw new WrongUseException(
            "--classes names '%s', but the model's classes are %s."
                .formatted(name, String.join(", ", model.classes())));
      }
    }
  }

  /**
   * Explains the images that are not in the index yet.
   *
   * @return what was done
   * @throws InputException if the data cannot be read, or the folder holds heatmaps of another
   *     model or with other settings
   * @throws IOException if a file cannot be written
   */
  public Outcome run() throws IOException {
    DatasetManifest data = data();
    ExportFolder folder = new ExportFolder(request.out());
    folder.claim(settings(data));
    Set<String> done = folder.finished();
    List<Sample> left =
        data.samples().stream().filter(s -> !done.contains(data.nameOf(s))).toList();
    Map<String, String> labels = new HashMap<>();
    data.samples().forEach(sample -> labels.put(data.nameOf(sample), sample.label()));
    try (Predictor predictor = new Predictor(model.network());
        Explainer explainer = new Explainer(model.network(), request.method())) {
      double scale = scale(data, folder, predictor, explainer);
      if (!left.isEmpty()) {
        try (ExportFolder.Index index = folder.index();
            Progress progress = Progress.of("explain", data.samples().size(), err);
            BatchIterator batches = images(data.withSamples(left)).epoch(0)) {
          int finished = done.size();
          while (batches.hasNext()) {
            try (MaskedBatch batch = batches.next();
                INDArray probabilities = predictor.probabilities(batch.images());
                ClassMaps maps = new ClassMaps(explainer, batch.images(), classes())) {
              List<Heatmap> predicted = predicted(explainer, batch, probabilities);
              for (int i = 0; i < batch.size(); i++) {
                String name = batch.files().get(i);
                double chance = probabilities.getDouble(i, index(predicted.get(i)));
                index.add(write(batch, i, predicted.get(i), chance, maps, labels.get(name), scale));
                progress.at(++finished, "");
              }
            }
          }
        }
      }
      return new Outcome(data.samples().size(), done.size(), folder.indexFile(), scale);
    }
  }

  /** All wanted images, as if they were one split. */
  private DatasetManifest data() {
    DatasetManifest all =
        (request.split().isPresent()
                ? DatasetManifest.read(request.data(), request.labels())
                : DatasetManifest.readUnsplit(request.data(), request.labels()))
            .with(model.config().data().reading());
    List<Sample> wanted =
        request.split().map(all::split).orElse(all.samples()).stream()
            .map(sample -> sample.with(Split.TEST))
            .toList();
    if (wanted.isEmpty()) {
      throw new InputException(
          "%s has no image%s to explain."
              .formatted(
                  all.labelsFile(),
                  request.split().map(split -> " of the split '" + split + "'").orElse("")));
    }
    return all.withSamples(wanted);
  }

  private MaskedImages images(DatasetManifest manifest) {
    // What is left, or decides on the scale, need not have images of every class.
    return MaskedImages.builder(ImageStore.of(manifest, Split.TEST, model.imageSize()))
        .optBatch(Math.min(MOST_PER_BATCH, model.config().training().batch()))
        .optThreads(model.config().data().threads())
        .optShuffle(false)
        .optCacheBytes(0)
        .build();
  }

  private Map<String, String> settings(DatasetManifest data) throws IOException {
    return Map.of(
        "model", Digests.sha256(request.model()),
        "method", request.method().toString(),
        "classes", request.classes().isEmpty() ? "all" : String.join("|", request.classes()),
        "data", data.root().toString(),
        "labels", request.labels(),
        "split", request.split().map(Split::toString).orElse("all"));
  }

  /** The scale that an earlier attempt found, or that of images from everywhere in the data. */
  private double scale(
      DatasetManifest data, ExportFolder folder, Predictor predictor, Explainer explainer)
      throws IOException {
    if (folder.scale().isPresent()) {
      return folder.scale().get();
    }
    List<Sample> samples = data.samples();
    int some = Math.min(IMAGES_FOR_SCALE, samples.size());
    List<Sample> chosen = new ArrayList<>();
    for (int i = 0; i < some; i++) {
      chosen.add(samples.get((int) ((long) i * samples.size() / some)));
    }
    List<Heatmap> maps = new ArrayList<>();
    try (BatchIterator batches = images(data.withSamples(chosen)).epoch(0)) {
      while (batches.hasNext()) {
        try (MaskedBatch batch = batches.next()) {
          maps.addAll(shown(predictor, explainer, batch));
        }
      }
    }
    double scale = Heatmap.commonScale(maps);
    folder.keepScale(scale);
    return scale;
  }

  /** The maps that decide on the scale: of what overlays show, of some classes at most. */
  private List<Heatmap> shown(Predictor predictor, Explainer explainer, MaskedBatch batch)
      throws IOException {
    if (request.classes().isEmpty()) {
      try (INDArray probabilities = predictor.probabilities(batch.images())) {
        return predicted(explainer, batch, probabilities);
      }
    }
    int[] some =
        Arrays.copyOf(classes(), Math.min(ClassMaps.MOST_AT_ONCE, request.classes().size()));
    List<Heatmap> found = new ArrayList<>();
    try (ClassMaps maps = new ClassMaps(explainer, batch.images(), some)) {
      for (int i = 0; i < batch.size(); i++) {
        maps.of(i, (k, values) -> found.add(heatmap(k, values)));
      }
    }
    return found;
  }

  /** For each image the map of its most probable class. */
  private List<Heatmap> predicted(Explainer explainer, MaskedBatch batch, INDArray probabilities) {
    int[] best = probabilities.argMax(1).toIntVector();
    List<Heatmap> found = new ArrayList<>();
    try (INDArray maps = explainer.explainEach(batch.images(), best)) {
      for (int i = 0; i < batch.size(); i++) {
        found.add(heatmap(best[i], values(maps, i)));
      }
    }
    return found;
  }

  /** The classes of the raw maps. */
  private int[] classes() {
    return (request.classes().isEmpty() ? model.classes() : request.classes())
        .stream().mapToInt(model.classes()::indexOf).toArray();
  }

  private int index(Heatmap map) {
    return model.classes().indexOf(map.className());
  }

  /** Writes an image's files and says what stands in its line. */
  private ExportFolder.Line write(
      MaskedBatch batch,
      int i,
      Heatmap predicted,
      double probability,
      ClassMaps maps,
      String label,
      double scale)
      throws IOException {
    String name = batch.files().get(i);
    ImageSize size = model.imageSize();
    BufferedImage photo =
        Pictures.of(values(batch.images(), i), size.channels(), size.height(), size.width());
    BufferedImage large =
        Pictures.enlarge(photo, Math.max(1, Math.round((float) WIDTH / photo.getWidth())));
    List<String> overlays = new ArrayList<>();
    Path raw = request.out().resolve("maps").resolve(name + ".npy");
    AtomicFile.write(
        raw,
        part -> {
          try (NpyFile.Writer npy =
              new NpyFile.Writer(
                  part, classes().length, predicted.channels(), size.height(), size.width())) {
            maps.of(
                i,
                (k, values) -> {
                  npy.append(values);
                  if (!request.classes().isEmpty()) {
                    overlays.add(overlay(name, heatmap(k, values), large, scale));
                  }
                });
          }
        });
    if (request.classes().isEmpty()) {
      overlays.add(overlay(name, predicted, large, scale));
    }
    Optional<Double> background =
        batch.hasMask()[i]
            ? Optional.of(
                    predicted.backgroundShare(
                        MaskOutline.of(values(batch.masks(), i), size.height(), size.width())))
                .filter(share -> !share.isNaN())
            : Optional.empty();
    return new ExportFolder.Line(
        name,
        label,
        predicted.className(),
        probability,
        background,
        relative(raw),
        String.join("|", overlays));
  }

  private String overlay(String name, Heatmap map, BufferedImage photo, double scale)
      throws IOException {
    // Names of classes may hold anything; the number keeps two of them apart.
    String ofClass = index(map) + "-" + map.className().replaceAll("[^\\p{Alnum}._-]", "_");
    Path overlay = request.out().resolve("overlays").resolve(name + "." + ofClass + ".png");
    BufferedImage picture = map.overlay(photo, Heatmap.COVER, scale);
    AtomicFile.write(overlay, part -> png(picture, part));
    return relative(overlay);
  }

  private String relative(Path file) {
    return request.out().relativize(file).toString().replace('\\', '/');
  }

  /** A map of as many channels as its method makes. */
  private Heatmap heatmap(int k, float[] values) {
    ImageSize size = model.imageSize();
    return new Heatmap(
        values,
        values.length / size.area(),
        size.height(),
        size.width(),
        model.classes().get(k),
        Double.NaN);
  }

  /** What belongs to image i. */
  private static float[] values(INDArray arrays, int i) {
    try (INDArray own = arrays.get(NDArrayIndex.interval(i, i + 1)).dup('c')) {
      return own.data().asFloat();
    }
  }

  private static void png(BufferedImage picture, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      ImageIO.write(picture, "png", out);
    }
  }
}

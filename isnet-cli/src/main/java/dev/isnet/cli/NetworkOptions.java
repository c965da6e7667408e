package dev.isnet.cli;

import dev.isnet.audit.AuditableNetwork;
import dev.isnet.audit.AuditedNetwork;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.Sample;
import dev.isnet.data.Split;
import dev.isnet.model.InputShape;
import dev.isnet.model.NetworkFile;
import dev.isnet.segment.Segmenter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.dataset.api.preprocessor.Normalizer;
import picocli.CommandLine.Option;

/**
 * What a model that was trained elsewhere does not say about itself. What is not given either is
 * guessed, and every guess is told.
 */
final class NetworkOptions {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,4})x(\\d{1,4})");

  @Option(
      names = "--size",
      paramLabel = "HxW",
      description =
          "Height and width that images are brought to, as in 224x224, for a model that was trained"
              + " elsewhere (default: told by the network, or the first image's).")
  private Optional<String> size = Optional.empty();

  @Option(
      names = "--scale",
      split = ",",
      paramLabel = "BLACK,WHITE",
      description =
          "What such a model takes for black and for white, as in 0,255 or -1,1 (default: 0,1).")
  private List<Double> scale = List.of();

  @Option(
      names = "--classes",
      split = ",",
      paramLabel = "A,B",
      description = "Its classes in the order of its outputs (default: the data's labels, sorted).")
  private List<String> classes = List.of();

  /**
   * A network that can be shown images.
   *
   * @param audited the network
   * @param guesses what was guessed, in sentences
   */
  record Resolved(AuditedNetwork audited, List<String> guesses) {}

  /**
   * Reads a model and finds out what it takes.
   *
   * @param file the model
   * @param manifest the images that it is to see
   * @param split which of them
   * @return the network
   * @throws InputException if the file is no model of a classifier, or does not go with the data
   */
  Resolved resolve(Path file, DatasetManifest manifest, Split split) {
    NetworkFile model = NetworkFile.read(file);
    if (Segmenter.segments(model.network())) {
      throw new InputException(
          "The model %s is a segmenter, but a classifier is needed here.".formatted(file));
    }
    boolean multiLabel = manifest.multiLabel();
    AuditableNetwork network = AuditableNetwork.of(model.network());
    if (model.info().isPresent()) {
      if (size.isPresent() || !scale.isEmpty() || !classes.isEmpty()) {
        throw new WrongUseException(
            "--size, --scale and --classes are for models that were trained elsewhere; %s says itself what it takes."
                .formatted(file));
      }
      return new Resolved(
          new AuditedNetwork(
              network,
              model.info().get().imageSize(),
              model.info().get().classes(),
              0,
              1,
              multiLabel),
          List.of());
    }
    List<String> guesses = new ArrayList<>();
    ImageSize images = imageSize(network, manifest, split, guesses);
    List<String> names = classes(outputs(network, images), manifest, guesses);
    List<Double> range = range(model, guesses);
    return new Resolved(
        new AuditedNetwork(network, images, names, range.get(0), range.get(1), multiLabel),
        guesses);
  }

  private ImageSize imageSize(
      AuditableNetwork network, DatasetManifest manifest, Split split, List<String> guesses) {
    InputShape shape = InputShape.of(network.network().getConfiguration());
    if (size.isPresent()) {
      Matcher given = SIZE.matcher(size.get());
      if (!given.matches()) {
        throw new WrongUseException(
            "--size is '%s', but must be height and width with an x between them, as in 224x224."
                .formatted(size.get()));
      }
      return new ImageSize(
          Integer.parseInt(given.group(1)), Integer.parseInt(given.group(2)), shape.channels());
    }
    if (shape.size().isPresent()) {
      InputShape.Size told = shape.size().get();
      guesses.add(
          "Guessed from the network's layers: images of %d x %d pixels (height x width), channels: %d; --size says otherwise."
              .formatted(told.height(), told.width(), shape.channels()));
      return new ImageSize(told.height(), told.width(), shape.channels());
    }
    Sample first =
        manifest.split(split).stream()
            .findFirst()
            .orElseThrow(
                () ->
                    new InputException(
                        "%s has no image of the split '%s'; mark some lines with it in the column split."
                            .formatted(manifest.labelsFile(), split)));
    ImageSize own = manifest.sizeOf(first);
    guesses.add(
        "Guessed from the first image: images of %d x %d pixels (height x width), channels: %d; --size says otherwise."
            .formatted(own.height(), own.width(), shape.channels()));
    return new ImageSize(own.height(), own.width(), shape.channels());
  }

  /** What comes out for a black image. */
  private static int outputs(AuditableNetwork network, ImageSize size) {
    try {
      return network.outputs(size);
    } catch (InputException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new InputException(
          "The network cannot take images of %d x %d pixels, channels: %d (%s); give their size with --size."
              .formatted(
                  size.height(),
                  size.width(),
                  size.channels(),
                  Optional.ofNullable(e.getMessage())
                      .flatMap(text -> text.lines().findFirst())
                      .orElse(e.getClass().getSimpleName())),
          e);
    }
  }

  private List<String> classes(int outputs, DatasetManifest manifest, List<String> guesses) {
    List<String> names = classes.isEmpty() ? manifest.classes() : classes;
    int needed = outputs == 1 ? 2 : outputs;
    if (names.size() != needed) {
      throw new InputException(
          "The network tells %d classes apart, but %s %s; name all of the network's classes, in the order of its outputs, with --classes."
              .formatted(
                  needed,
                  classes.isEmpty() ? "the data's labels are" : "--classes names",
                  String.join(", ", names)));
    }
    if (classes.isEmpty()) {
      guesses.add(
          "Guessed from the data's labels: the network's outputs are, in this order, %s; --classes says otherwise."
              .formatted(String.join(", ", names)));
    }
    return names;
  }

  private List<Double> range(NetworkFile model, List<String> guesses) {
    if (!scale.isEmpty()) {
      if (scale.size() != 2) {
        throw new WrongUseException(
            "--scale has %d numbers, but must have two, for black and for white, as in 0,255."
                .formatted(scale.size()));
      }
      return scale;
    }
    if (model.normalizer().isEmpty()) {
      guesses.add(
          "Guessed: the network takes pixels from 0 (black) to 1 (white); --scale says otherwise.");
      return List.of(0.0, 1.0);
    }
    Normalizer<?> normalizer = model.normalizer().get();
    if (normalizer instanceof ImagePreProcessingScaler scaler) {
      guesses.add(
          "Read from the model's own scaler: the network takes pixels from %s (black) to %s (white); --scale says otherwise."
              .formatted(scaler.getMinRange(), scaler.getMaxRange()));
      return List.of(scaler.getMinRange(), scaler.getMaxRange());
    }
    throw new InputException(
        "The model's images went through a %s, which an audit cannot apply; make it the network's first layers, or say with --scale what the network takes for black and for white."
            .formatted(normalizer.getClass().getSimpleName()));
  }
}

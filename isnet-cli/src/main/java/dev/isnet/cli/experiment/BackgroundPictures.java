package dev.isnet.cli.experiment;

import dev.isnet.data.DatasetManifest;
import dev.isnet.data.FileFailure;
import dev.isnet.data.ImageSize;
import dev.isnet.data.ImageStore;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskFormat;
import dev.isnet.data.Pixels;
import dev.isnet.data.Reading;
import dev.isnet.data.Sample;
import dev.isnet.data.Split;
import dev.isnet.data.bias.Cue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Pictures whose backgrounds are put behind others' objects. Their own objects must not come along,
 * so either their masks are known, or they show none.
 */
final class BackgroundPictures {
  /** All of them are in memory. */
  private static final int MOST = 100;

  private final Path folder;
  private final ImageSize size;

  BackgroundPictures(Path folder, ImageSize size) {
    this.folder = folder;
    this.size = size;
  }

  /**
   * The training images of a data set, as far as they have masks; at most a hundred, evenly chosen.
   *
   * @param label only those of this class
   * @param masks how their masks are read
   * @throws InputException if no mask is known
   */
  Cue masked(Optional<String> label, MaskFormat masks) {
    List<Sample> samples = new ArrayList<>();
    DatasetManifest data = data();
    boolean trained = !data.split(Split.TRAIN).isEmpty();
    for (Sample sample : data.samples()) {
      if (!trained || sample.split() == Split.TRAIN) {
        if (label.isEmpty() || sample.labels().contains(label.get())) {
          samples.add(sample.with(Split.TRAIN));
        }
      }
    }
    if (samples.isEmpty()) {
      throw new InputException(
          "The background pictures in '%s' have no training image of the class '%s'; their classes are %s."
              .formatted(folder, label.orElse(""), String.join(", ", data.classes())));
    }
    samples.removeIf(sample -> sample.masks().isEmpty());
    if (samples.isEmpty()) {
      throw withoutMasks(Optional.empty());
    }
    Reading reading = Reading.standard().withConversion(true).with(masks);
    ImageStore store =
        ImageStore.of(data.withSamples(some(samples)).with(reading), Split.TRAIN, size);
    List<Cue.Picture> pictures = new ArrayList<>();
    for (int i = 0; i < store.size(); i++) {
      pictures.add(new Cue.Picture(store.name(i), store.load(i)));
    }
    return new Cue.Pictures(name(), pictures);
  }

  private DatasetManifest data() {
    boolean labelled = Files.exists(folder.resolve(DatasetManifest.LABELS_FILE));
    try {
      return DatasetManifest.readUnsplit(folder, DatasetManifest.LABELS_FILE);
    } catch (InputException e) {
      throw labelled || !Files.isDirectory(folder) ? e : withoutMasks(Optional.of(e));
    }
  }

  private InputException withoutMasks(Optional<InputException> cause) {
    return new InputException(
        ("No masks are known for the background pictures in '%s', so that their objects would come"
                + " along; make the folder a data set with masks, or say noObjects: true if they show"
                + " nothing but background.")
            .formatted(folder),
        cause.orElse(null));
  }

  /**
   * All pictures of a folder, at most a hundred, evenly chosen.
   *
   * @throws InputException if one cannot be read
   */
  Cue withoutObjects() {
    try (Stream<Path> files = Files.list(folder)) {
      return new Cue.Pictures(
          name(),
          some(files.filter(Files::isRegularFile).sorted().toList()).stream()
              .map(
                  file ->
                      new Cue.Picture(
                          file.getFileName().toString(),
                          Pixels.read(file, size, Reading.standard().withConversion(true))))
              .toList());
    } catch (IOException e) {
      throw new InputException(
          "The folder of background pictures '%s' cannot be read (%s)."
              .formatted(folder, FileFailure.reason(e)),
          e);
    }
  }

  private String name() {
    return folder.getFileName().toString();
  }

  private static <T> List<T> some(List<T> all) {
    List<T> some = new ArrayList<>();
    int count = Math.min(MOST, all.size());
    for (int i = 0; i < count; i++) {
      some.add(all.get((int) ((long) i * all.size() / count)));
    }
    return some;
  }
}

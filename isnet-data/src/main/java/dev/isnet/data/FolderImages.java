package dev.isnet.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One split of a data set's folder as a store. */
final class FolderImages implements ImageStore {
  private static final String FOREGROUND = "foreground";

  private final DatasetManifest manifest;
  private final List<Sample> samples;
  private final ImageSize size;
  private final SampleReader reader;
  private final Map<String, Integer> indexOfClass = new HashMap<>();
  private final boolean classMasks;

  FolderImages(DatasetManifest manifest, Split split, ImageSize size) {
    this(size, manifest.requireSplit(split), split);
  }

  /**
   * Those images of a split that have masks. What they show is of no account: all are of one class.
   */
  static FolderImages withMasks(DatasetManifest manifest, Split split, ImageSize size) {
    List<Sample> masked =
        manifest.split(split).stream()
            .filter(sample -> !sample.masks().isEmpty())
            .map(sample -> sample.with(List.of(FOREGROUND)))
            .toList();
    if (masked.isEmpty()) {
      throw new InputException(
          "%s has no image with a mask in the split '%s'; a segmenter learns from images that have masks."
              .formatted(manifest.labelsFile(), split));
    }
    return new FolderImages(
        size, manifest.withSamples(masked).withClasses(List.of(FOREGROUND)), split);
  }

  /** A split of which not every class need have images. */
  static FolderImages ofSome(DatasetManifest manifest, Split split, ImageSize size) {
    List<Sample> found = manifest.split(split);
    if (found.isEmpty()) {
      throw new InputException(
          "%s has no image of the split '%s'; mark some lines with it in the column split."
              .formatted(manifest.labelsFile(), split));
    }
    for (Sample sample : found) {
      for (String label : sample.labels()) {
        if (!manifest.classes().contains(label)) {
          throw new InputException(
              "%s, line %d, column label: found '%s' in the split '%s', expected one of the network's classes: %s."
                  .formatted(
                      manifest.labelsFile(),
                      sample.line(),
                      label,
                      split,
                      String.join(", ", manifest.classes())));
        }
      }
    }
    return new FolderImages(size, manifest, split);
  }

  private FolderImages(ImageSize size, DatasetManifest manifest, Split split) {
    this.manifest = manifest;
    this.samples = manifest.split(split);
    this.size = size;
    this.reader = new SampleReader(manifest, size);
    for (int i = 0; i < manifest.classes().size(); i++) {
      indexOfClass.put(manifest.classes().get(i), i);
    }
    this.classMasks =
        samples.stream()
            .flatMap(sample -> sample.masks().stream())
            .anyMatch(
                mask ->
                    mask instanceof MaskSource.OfClass one
                        && indexOfClass.containsKey(one.label()));
  }

  @Override
  public List<String> classes() {
    return manifest.classes();
  }

  @Override
  public ImageSize imageSize() {
    return size;
  }

  @Override
  public int size() {
    return samples.size();
  }

  @Override
  public int label(int index) {
    List<String> labels = samples.get(index).labels();
    return labels.isEmpty() ? -1 : indexOfClass.get(labels.get(0));
  }

  @Override
  public float[] targets(int index) {
    return manifest.targets(samples.get(index));
  }

  @Override
  public float[] weights(int index) {
    float[] weights = new float[classes().size()];
    Arrays.fill(weights, (float) samples.get(index).weight());
    float[] targets = targets(index);
    for (int k = 0; k < weights.length; k++) {
      weights[k] = targets[k] == UNKNOWN ? 0 : weights[k];
    }
    return weights;
  }

  @Override
  public boolean hasClassMasks() {
    return classMasks;
  }

  @Override
  public String name(int index) {
    return manifest.nameOf(samples.get(index));
  }

  @Override
  public Optional<String> version(int index) {
    Sample sample = samples.get(index);
    List<Path> files = new ArrayList<>(List.of(sample.image()));
    StringBuilder version = new StringBuilder();
    for (MaskSource source : sample.masks()) {
      if (source instanceof MaskSource.OfClass one) {
        version.append("class ").append(indexOfClass.get(one.label())).append(' ');
      }
      MaskSource mask = source.plain();
      if (mask instanceof MaskSource.MaskFile file) {
        files.add(file.path());
      } else if (mask instanceof MaskSource.Outlines outlines) {
        outlines.outlines().forEach(each -> version.append(Arrays.hashCode(each)).append(' '));
      } else if (mask instanceof MaskSource.Runs runs) {
        version.append(Arrays.hashCode(runs.counts())).append(' ');
      } else {
        version.append(mask);
      }
    }
    try {
      for (Path file : files) {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        version.append(file).append(' ').append(now.size()).append(' ');
        version.append(now.lastModifiedTime().to(TimeUnit.NANOSECONDS)).append(' ');
      }
    } catch (IOException e) {
      return Optional.empty(); // loading will say it
    }
    return Optional.of(version.append(manifest.reading()).toString());
  }

  @Override
  public Pixels load(int index) {
    return reader.read(samples.get(index));
  }
}

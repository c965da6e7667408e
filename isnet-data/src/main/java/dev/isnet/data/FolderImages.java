package dev.isnet.data;

import java.util.List;

/** One split of a data set's folder as a store. */
final class FolderImages implements ImageStore {
  private final DatasetManifest manifest;
  private final List<Sample> samples;
  private final ImageSize size;
  private final SampleReader reader;

  FolderImages(DatasetManifest manifest, Split split, ImageSize size) {
    this.manifest = manifest.requireSplit(split);
    this.samples = manifest.split(split);
    this.size = size;
    this.reader = new SampleReader(manifest, size);
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
    return manifest.classes().indexOf(samples.get(index).label());
  }

  @Override
  public String name(int index) {
    return manifest.nameOf(samples.get(index));
  }

  @Override
  public Pixels load(int index) {
    return reader.read(samples.get(index));
  }
}

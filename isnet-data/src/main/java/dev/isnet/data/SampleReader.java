package dev.isnet.data;

import java.nio.file.Path;
import java.util.Optional;

/** Reads the image and the mask of a sample in a given size. Holds no state; thread-safe. */
final class SampleReader {
  private final DatasetManifest manifest;
  private final ImageSize size;

  SampleReader(DatasetManifest manifest, ImageSize size) {
    this.manifest = manifest;
    this.size = size;
  }

  /**
   * Reads both files.
   *
   * @throws InputException if one of them is unusable, naming file and line
   */
  Pixels read(Sample sample) {
    DecodedImage image = decodeImage(sample);
    return new Pixels(
        size, image(sample, image), sample.mask().map(file -> mask(sample, file, image)));
  }

  DecodedImage decodeImage(Sample sample) {
    return ImageDecoder.decode(sample.image(), name("image", sample.image(), sample));
  }

  float[] image(Sample sample, DecodedImage image) {
    return image.resized(size, name("image", sample.image(), sample));
  }

  boolean[] mask(Sample sample, Path file, DecodedImage image) {
    String name = name("mask", file, sample);
    DecodedImage mask = ImageDecoder.decode(file, name);
    Optional<String> mismatch = mask.sizeMismatch(image, name);
    if (mismatch.isPresent()) {
      throw new InputException(mismatch.get());
    }
    return mask.mask(size, name);
  }

  private String name(String what, Path file, Sample sample) {
    return "The %s '%s' (%s, line %d)"
        .formatted(what, file, manifest.labelsFile().getFileName(), sample.line());
  }
}

package dev.isnet.data;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Reads the image and the mask of a sample in a given size. Thread-safe. */
final class SampleReader {
  private final DatasetManifest manifest;
  private final ImageSize size;
  private final Reading reading;

  /** Files that hold all their images, kept while this reader is. */
  private final Map<Path, IdxFile> idxFiles = new ConcurrentHashMap<>();

  SampleReader(DatasetManifest manifest, ImageSize size) {
    this.manifest = manifest;
    this.size = size;
    this.reading = manifest.reading();
  }

  /**
   * Reads both files.
   *
   * @throws InputException if one of them is unusable, naming file and line
   */
  Pixels read(Sample sample) {
    return withinMemory(
        sample,
        () -> {
          DecodedImage image = decodeImage(sample);
          Masks masks = masks(sample, image, size);
          return new Pixels(size, image(sample, image), masks.all(), masks.ofClasses());
        });
  }

  /** Says which image it was that did not fit into memory. */
  <T> T withinMemory(Sample sample, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (OutOfMemoryError e) {
      throw ImageDecoder.tooLarge(name("image", sample.image(), sample), e);
    }
  }

  DecodedImage decodeImage(Sample sample) {
    String name = name("image", sample.image(), sample);
    if (IdxFile.isOne(sample.image())) {
      return idxFiles
          .computeIfAbsent(sample.image(), file -> IdxFile.read(file, name))
          .image(sample.entry(), name, reading.maxPixels());
    }
    return ImageDecoder.decode(sample.image(), name, reading.maxPixels());
  }

  float[] image(Sample sample, DecodedImage image) {
    return image.resized(size, reading.convert(), name("image", sample.image(), sample));
  }

  /** An image in its file's size, and whether it has more than 8 bits. */
  record Whole(Pixels pixels, boolean deep) {}

  /** Reads both files in the image's own size, as grey or RGB. */
  Whole whole(Sample sample) {
    return withinMemory(
        sample,
        () -> {
          DecodedImage image = decodeImage(sample);
          ImageSize own =
              new ImageSize(image.height(), image.width(), image.channels() < 3 ? 1 : 3);
          float[] values = image.resized(own, true, name("image", sample.image(), sample));
          Masks masks = masks(sample, image, own);
          return new Whole(
              new Pixels(own, values, masks.all(), masks.ofClasses()), image.white() > 255);
        });
  }

  /**
   * Tells what is wrong with each of a sample's masks by itself, empty ones excepted.
   *
   * @param image the image that they belong to; empty where it cannot be read
   * @return whether anything is
   */
  boolean maskProblems(Sample sample, Optional<DecodedImage> image, Consumer<String> problems) {
    boolean any = false;
    for (MaskSource source : sample.masks()) {
      try {
        if (image.isPresent()) {
          mask(sample, source.plain(), image.get());
        } else if (source.plain() instanceof MaskSource.MaskFile file) {
          String name = name(sample, file);
          decodeMask(file, name).mask(reading.masks(), name);
        }
      } catch (InputException e) {
        problems.accept(e.getMessage());
        any = true;
      }
    }
    return any;
  }

  /**
   * The foreground, if the sample says where it is: everything that one of its sources marks.
   *
   * @throws InputException if a source is unusable, or there is no foreground
   */
  Optional<boolean[]> mask(Sample sample, DecodedImage image) {
    return mask(sample, image, size);
  }

  Optional<boolean[]> mask(Sample sample, DecodedImage image, ImageSize size) {
    return masks(sample, image, size).all();
  }

  /**
   * The foreground of an image.
   *
   * @param all what any source marks
   * @param ofClasses by class what its own sources mark, where they mark anything
   */
  private record Masks(Optional<boolean[]> all, Map<Integer, boolean[]> ofClasses) {}

  private Masks masks(Sample sample, DecodedImage image, ImageSize size) {
    List<MaskSource> sources = sample.masks();
    if (sources.isEmpty()) {
      return new Masks(Optional.empty(), Map.of());
    }
    boolean[] all = new boolean[size.area()];
    boolean any = false;
    Map<Integer, boolean[]> ofClasses = new HashMap<>();
    for (MaskSource source : sources) {
      boolean[] one = mask(sample, source.plain(), image).resized(size, reading.masks().resize());
      boolean marks = add(one, all);
      any |= marks;
      int k =
          source instanceof MaskSource.OfClass each ? manifest.classes().indexOf(each.label()) : -1;
      if (marks && k >= 0) {
        add(one, ofClasses.computeIfAbsent(k, unused -> new boolean[size.area()]));
      }
    }
    if (!any) {
      throw new InputException(
          "%s is an empty mask: all of its pixels are background%s; mark the foreground, or leave"
                  .formatted(
                      name(sample, sources.get(sources.size() - 1).plain()),
                      reading.masks().resize() == MaskFormat.Resize.ANY
                          ? ""
                          : " at %d x %d pixels".formatted(size.height(), size.width()))
              + " the mask field empty for an image without a mask.");
    }
    return new Masks(Optional.of(all), ofClasses);
  }

  /** Adds a mask to another one; whether it marks anything. */
  private static boolean add(boolean[] mask, boolean[] to) {
    boolean any = false;
    for (int i = 0; i < to.length; i++) {
      to[i] |= mask[i];
      any |= mask[i];
    }
    return any;
  }

  private BinaryMask mask(Sample sample, MaskSource source, DecodedImage image) {
    String name = name(sample, source);
    if (source instanceof MaskSource.MaskFile file) {
      DecodedImage mask = decodeMask(file, name);
      Optional<String> mismatch = mask.sizeMismatch(image, reading.masks().resize(), name);
      if (mismatch.isPresent()) {
        throw new InputException(mismatch.get());
      }
      return mask.mask(reading.masks(), name);
    } else if (source instanceof MaskSource.Outlines outlines) {
      requireSize(outlines.height(), outlines.width(), image, name);
      return BinaryMask.of(outlines);
    } else if (source instanceof MaskSource.Runs runs) {
      requireSize(runs.height(), runs.width(), image, name);
      return BinaryMask.of(runs);
    }
    double threshold = ((MaskSource.BrightPart) source).threshold();
    return image.brighterThan(reading.masks().threshold().orElse(threshold));
  }

  private DecodedImage decodeMask(MaskSource.MaskFile file, String name) {
    return reading.masks().foreground().isEmpty()
        ? ImageDecoder.decode(file.path(), name, reading.maxPixels())
        : ImageDecoder.decodeIndices(file.path(), name, reading.maxPixels());
  }

  private static void requireSize(int height, int width, DecodedImage image, String name) {
    if (height != image.height() || width != image.width()) {
      throw new InputException(
          "%s belong to %d x %d pixels (height x width), but the image has %s."
              .formatted(name, height, width, image.sizeInWords()));
    }
  }

  private String name(Sample sample, MaskSource source) {
    if (source instanceof MaskSource.MaskFile file) {
      return name("mask", file.path(), sample);
    }
    return name(
        source instanceof MaskSource.BrightPart ? "bright part of" : "outlines of",
        sample.image(),
        sample);
  }

  private String name(String what, Path file, Sample sample) {
    if (IdxFile.isOne(file)) {
      return "The %s '%s', number %d,".formatted(what, file, sample.entry());
    }
    if (sample.line() == 0) {
      return "The %s '%s'".formatted(what, file);
    }
    return "The %s '%s' (%s, line %d)"
        .formatted(what, file, manifest.labelsFile().getFileName(), sample.line());
  }
}

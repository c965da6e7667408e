package dev.isnet.cli.experiment;

import dev.isnet.data.ImageSize;
import dev.isnet.data.MaskFormat;
import dev.isnet.data.bias.Cue;
import dev.isnet.data.bias.Pattern;
import dev.isnet.data.bias.Placement;
import dev.isnet.data.bias.Shape;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A cue of one class as the file has it; what a kind does not read is empty.
 *
 * @param kind what is drawn
 * @param shape of a shape
 * @param pattern of a texture or background
 * @param folder of pictures
 * @param label of pictures: only those of this class
 * @param noObjects of pictures: whether they show nothing but background
 * @param size of a shape, a pattern's cells, or a border
 * @param intensity of a shape or border
 * @param contrast of a shape or texture
 * @param dark of a background
 * @param bright of a background
 * @param change of the brightness
 * @param strength of a vignette
 * @param placement of a shape
 * @param plate of a shape
 */
public record CueConfig(
    Kind kind,
    Optional<Shape> shape,
    Optional<Pattern> pattern,
    Optional<Path> folder,
    Optional<String> label,
    Optional<Boolean> noObjects,
    Optional<Double> size,
    Optional<Double> intensity,
    Optional<Double> contrast,
    Optional<Double> dark,
    Optional<Double> bright,
    Optional<Double> change,
    Optional<Double> strength,
    Optional<Placement> placement,
    Optional<Boolean> plate) {

  /** What is drawn. */
  public enum Kind {
    /** Nothing. */
    NONE,
    /** A shape or letter. */
    SHAPE,
    /** A pattern laid over the background. */
    TEXTURE,
    /** The background replaced by a pattern. */
    BACKGROUND,
    /** The background replaced by those of other pictures. */
    PICTURES,
    /** A frame. */
    BORDER,
    /** A brighter or darker background. */
    BRIGHTNESS,
    /** Darker corners. */
    VIGNETTE
  }

  static CueConfig of(YamlSection yaml, Path base) {
    Kind kind = yaml.choice("kind", Kind.NONE);
    boolean isShape = kind == Kind.SHAPE;
    boolean patterned = kind == Kind.TEXTURE || kind == Kind.BACKGROUND;
    boolean replaced = kind == Kind.BACKGROUND;
    boolean border = kind == Kind.BORDER;
    boolean pictures = kind == Kind.PICTURES;
    CueConfig cue =
        new CueConfig(
            kind,
            when(isShape, () -> yaml.choice("shape", Shape.SQUARE)),
            when(patterned, () -> yaml.choice("pattern", Pattern.STRIPES)),
            when(pictures, () -> base.resolve(yaml.text("folder")).toAbsolutePath().normalize()),
            when(pictures && yaml.has("label"), () -> yaml.text("label")),
            when(pictures, () -> yaml.flag("noObjects", false)),
            when(
                isShape || patterned || border,
                () -> yaml.number("size", isShape ? 0.2 : 0.05, 0.01, 4096)),
            when(isShape || border, () -> yaml.number("intensity", 1, 0, 1)),
            when(
                isShape || kind == Kind.TEXTURE,
                () -> yaml.number("contrast", isShape ? 1 : 0.3, 0, 1)),
            when(replaced, () -> yaml.number("dark", 0.2, 0, 1)),
            when(replaced, () -> yaml.number("bright", 0.8, 0, 1)),
            when(kind == Kind.BRIGHTNESS, () -> yaml.number("change", 0.2, -1, 1)),
            when(kind == Kind.VIGNETTE, () -> yaml.number("strength", 0.7, 0, 1)),
            when(isShape, () -> yaml.choice("placement", Placement.RANDOM)),
            when(isShape, () -> yaml.flag("plate", false)));
    if (cue.label.isPresent() && cue.noObjects.orElseThrow()) {
      throw yaml.wrong("label", "given", "left out, because pictures without objects have none");
    }
    yaml.done();
    return cue;
  }

  private static <T> Optional<T> when(boolean read, Supplier<T> key) {
    return read ? Optional.of(key.get()) : Optional.empty();
  }

  /**
   * The cue.
   *
   * @param image what pictures are brought to
   * @param masks how the pictures' masks are read
   */
  Cue cue(ImageSize image, MaskFormat masks) {
    return switch (kind) {
      case NONE -> new Cue.Nothing();
      case SHAPE ->
          new Cue.Mark(
              shape.orElseThrow(),
              size.orElseThrow(),
              intensity.orElseThrow(),
              contrast.orElseThrow(),
              placement.orElseThrow(),
              plate.orElseThrow());
      case TEXTURE ->
          new Cue.Texture(pattern.orElseThrow(), size.orElseThrow(), contrast.orElseThrow());
      case BACKGROUND ->
          new Cue.Surroundings(
              pattern.orElseThrow(), size.orElseThrow(), dark.orElseThrow(), bright.orElseThrow());
      case PICTURES -> {
        BackgroundPictures pictures = new BackgroundPictures(folder.orElseThrow(), image);
        yield noObjects.orElseThrow() ? pictures.withoutObjects() : pictures.masked(label, masks);
      }
      case BORDER -> new Cue.Border(size.orElseThrow(), intensity.orElseThrow());
      case BRIGHTNESS -> new Cue.Brightness(change.orElseThrow());
      case VIGNETTE -> new Cue.Vignette(strength.orElseThrow());
    };
  }
}

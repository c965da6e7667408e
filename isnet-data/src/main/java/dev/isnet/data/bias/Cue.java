package dev.isnet.data.bias;

import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.Pixels;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Something in the background that follows the class. A cue never touches the foreground, except a
 * mark for which the background has no room; an image without a mask is background throughout.
 */
public sealed interface Cue extends Serializable {
  /**
   * Draws the cue.
   *
   * @param in the image; not changed
   * @param room where it may be drawn; not changed
   * @param seed decides whatever is left to chance
   * @return a changed copy with the same mask and where it was changed; {@code in} itself when
   *     nothing is drawn
   */
  Drawn draw(Pixels in, Room room, long seed);

  /**
   * Draws the cue anywhere in the background.
   *
   * @param in the image; not changed
   * @param seed decides whatever is left to chance
   * @return a changed copy with the same mask and where it was changed; {@code in} itself when
   *     nothing is drawn
   */
  default Drawn draw(Pixels in, long seed) {
    return draw(in, Room.of(in), seed);
  }

  /** What it is, as a record of what was drawn names it. */
  String inWords();

  /**
   * An image with a cue.
   *
   * @param pixels the image
   * @param x the left border of the changed part
   * @param y its upper border
   * @param width its columns; 0 when nothing was drawn
   * @param height its rows; 0 when nothing was drawn
   * @param picture the picture that the background was taken from, if it was
   */
  record Drawn(Pixels pixels, int x, int y, int width, int height, Optional<String> picture) {
    Drawn(Pixels pixels, int x, int y, int width, int height) {
      this(pixels, x, y, width, height, Optional.empty());
    }

    static Drawn everywhere(Pixels pixels) {
      return new Drawn(pixels, 0, 0, pixels.size().width(), pixels.size().height());
    }
  }

  /** No cue. */
  record Nothing() implements Cue {
    @Override
    public Drawn draw(Pixels in, Room room, long seed) {
      return new Drawn(in, 0, 0, 0, 0);
    }

    @Override
    public String inWords() {
      return "none";
    }
  }

  /**
   * A shape or letter beside the object.
   *
   * @param shape which
   * @param size height and width: below 1 a fraction of the image's height, otherwise pixels; never
   *     less than 3 pixels, nor more than the image
   * @param intensity the shape's value in every channel, 0 (black) to 1 (white)
   * @param contrast how much of it covers what was there, above 0 to 1
   * @param placement where in the background
   * @param plate whether the shape stands on a square plate of the opposite brightness, like a lead
   *     marker
   */
  record Mark(
      Shape shape,
      double size,
      double intensity,
      double contrast,
      Placement placement,
      boolean plate)
      implements Cue {
    private static final int LEAST_PIXELS = 3;

    /**
     * Checks the values.
     *
     * @throws InputException if one is out of range
     */
    public Mark {
      if (!(size > 0 && size <= 10_000)) {
        throw new InputException(
            "The bias size is %s, but must be above 0: a fraction of the height below 1, or pixels."
                .formatted(size));
      }
      Ranges.check("intensity", intensity, 0, 1);
      Ranges.check("contrast", contrast, 0, 1);
    }

    @Override
    public Drawn draw(Pixels in, Room room, long seed) {
      if (shape == Shape.NONE) {
        return new Nothing().draw(in, room, seed);
      }
      int height = in.size().height();
      int width = in.size().width();
      int side = pixels(height, width);
      Stamp stamp = new Stamp(shape, side, plate);
      Stamp.Position position = stamp.place(room, height, width, placement, seed);
      float[] image = in.image().clone();
      for (int c = 0; c < in.size().channels(); c++) {
        int plane = c * in.size().area();
        stamp.draw(image, plane, width, position, (float) intensity, (float) contrast);
      }
      Pixels pixels = in.with(image);
      return new Drawn(pixels, position.x(), position.y(), side, side);
    }

    private int pixels(int height, int width) {
      long wanted = Math.round(size < 1 ? size * height : size);
      return (int) Math.min(Math.max(LEAST_PIXELS, wanted), Math.min(height, width));
    }

    @Override
    public String inWords() {
      return shape.toString();
    }
  }

  /**
   * A pattern laid over the background.
   *
   * @param pattern which
   * @param size of its cells: below 1 a fraction of the image's height, otherwise pixels
   * @param contrast how far it moves values, above 0 to 1; 1 from black to white
   */
  record Texture(Pattern pattern, double size, double contrast) implements Cue {
    /**
     * Checks the values.
     *
     * @throws InputException if one is out of range
     */
    public Texture {
      Ranges.check("size", size, 0.001, 10_000);
      Ranges.check("contrast", contrast, 0, 1);
    }

    @Override
    public Drawn draw(Pixels in, Room room, long seed) {
      Pattern.Field field = pattern.field(in.size(), size, new SplittableRandom(seed));
      return Background.changed(
          in, room, (value, x, y) -> value + contrast * (field.at(x, y) - 0.5));
    }

    @Override
    public String inWords() {
      return "texture " + Ranges.name(pattern);
    }
  }

  /**
   * The whole background replaced by a pattern.
   *
   * @param pattern which
   * @param size of its cells: below 1 a fraction of the image's height, otherwise pixels
   * @param dark the value of its dark parts, 0 to 1
   * @param bright the value of its bright parts, 0 to 1
   */
  record Surroundings(Pattern pattern, double size, double dark, double bright) implements Cue {
    /**
     * Checks the values.
     *
     * @throws InputException if one is out of range
     */
    public Surroundings {
      Ranges.check("size", size, 0.001, 10_000);
      Ranges.check("dark", dark, 0, 1);
      Ranges.check("bright", bright, 0, 1);
    }

    @Override
    public Drawn draw(Pixels in, Room room, long seed) {
      Pattern.Field field = pattern.field(in.size(), size, new SplittableRandom(seed));
      return Background.changed(in, room, (value, x, y) -> dark + (bright - dark) * field.at(x, y));
    }

    @Override
    public String inWords() {
      return "background " + Ranges.name(pattern);
    }
  }

  /**
   * The whole background replaced by that of another picture.
   *
   * @param name what a record calls them
   * @param pictures at least one, stretched to the images' size. The object of one that has a mask
   *     is gone: filled from what surrounds it. One without a mask is background throughout
   */
  record Pictures(String name, List<Picture> pictures) implements Cue {
    /**
     * Fills the foregrounds.
     *
     * @throws InputException if there is no picture, or one without any background
     */
    public Pictures {
      if (pictures.isEmpty()) {
        throw new InputException("There is no picture for the background '%s'.".formatted(name));
      }
      pictures = pictures.stream().map(Picture::withoutForeground).toList();
    }

    @Override
    public Drawn draw(Pixels in, Room room, long seed) {
      Picture picture = pictures.get(new SplittableRandom(seed).nextInt(pictures.size()));
      float[] image = in.image().clone();
      for (int i = 0; i < image.length; i++) {
        int at = i % in.size().area();
        if (room.free(at)) {
          image[i] = Background.valueAt(picture.pixels, in.size(), i / in.size().area(), at);
        }
      }
      return new Drawn(
          in.with(image), 0, 0, in.size().width(), in.size().height(), Optional.of(picture.name));
    }

    @Override
    public String inWords() {
      return "background " + name;
    }
  }

  /**
   * A picture whose background others may stand before.
   *
   * @param name what a record calls it
   * @param pixels the picture; a mask says where its object is
   */
  record Picture(String name, Pixels pixels) implements Serializable {
    private Picture withoutForeground() {
      boolean[] background = Room.of(pixels).background();
      for (boolean cell : background) {
        if (cell) {
          return new Picture(name, Background.withoutForeground(pixels));
        }
      }
      throw new InputException(
          "The picture '%s' has no background: its mask marks all of it.".formatted(name));
    }
  }

  /**
   * A frame around the image.
   *
   * @param size its width: below 1 a fraction of the image's height, otherwise pixels
   * @param intensity its value, 0 to 1
   */
  record Border(double size, double intensity) implements Cue {
    /**
     * Checks the values.
     *
     * @throws InputException if one is out of range
     */
    public Border {
      Ranges.check("size", size, 0.001, 10_000);
      Ranges.check("intensity", intensity, 0, 1);
    }

    @Override
    public Drawn draw(Pixels in, Room room, long seed) {
      int w = in.size().width();
      return Background.changed(
          in, room, (value, x, y) -> covers(in.size(), y * w + x) ? intensity : value);
    }

    /** Whether a pixel of an image belongs to the frame. */
    boolean covers(ImageSize image, int at) {
      int h = image.height();
      int w = image.width();
      int x = at % w;
      int y = at / w;
      long wide = Math.max(1, Math.round(size < 1 ? size * h : size));
      return Math.min(Math.min(x, w - 1 - x), Math.min(y, h - 1 - y)) < wide;
    }

    @Override
    public String inWords() {
      return "border";
    }
  }

  /**
   * A brighter or darker background.
   *
   * @param change what is added to all values, −1 to 1
   */
  record Brightness(double change) implements Cue {
    /**
     * Checks the value.
     *
     * @throws InputException if it is out of range
     */
    public Brightness {
      Ranges.check("brightness", change, -1, 1);
    }

    @Override
    public Drawn draw(Pixels in, Room room, long seed) {
      return Background.changed(in, room, (value, x, y) -> value + change);
    }

    @Override
    public String inWords() {
      return "brightness";
    }
  }

  /**
   * Corners that darken, as those of a device or an old lens.
   *
   * @param strength how dark they get, above 0 to 1 (black)
   */
  record Vignette(double strength) implements Cue {
    /**
     * Checks the value.
     *
     * @throws InputException if it is out of range
     */
    public Vignette {
      Ranges.check("strength", strength, 0, 1);
    }

    @Override
    public Drawn draw(Pixels in, Room room, long seed) {
      double h = in.size().height();
      double w = in.size().width();
      return Background.changed(
          in,
          room,
          (value, x, y) -> {
            double u = 2 * (x + 0.5) / w - 1;
            double v = 2 * (y + 0.5) / h - 1;
            return value * (1 - strength * (u * u + v * v) / 2);
          });
    }

    @Override
    public String inWords() {
      return "vignette";
    }
  }
}

package dev.isnet.data.bias;

import dev.isnet.data.ImageSize;
import dev.isnet.data.Pixels;
import java.util.Arrays;
import java.util.Optional;

/** Changes of all pixels of the background. */
final class Background {
  /** The new value of a pixel; clipped to [0, 1]. */
  interface Value {
    double at(float value, int x, int y);
  }

  private Background() {}

  static Cue.Drawn changed(Pixels in, Room room, Value change) {
    ImageSize size = in.size();
    float[] image = in.image().clone();
    for (int i = 0; i < image.length; i++) {
      int at = i % size.area();
      if (room.free(at)) {
        double value = change.at(image[i], at % size.width(), at / size.width());
        image[i] = (float) Math.max(0, Math.min(1, value));
      }
    }
    return Cue.Drawn.everywhere(in.with(image));
  }

  /** The value of a picture that is stretched to another size, for a channel and position there. */
  static float valueAt(Pixels picture, ImageSize size, int channel, int at) {
    ImageSize own = picture.size();
    int x = (int) ((long) (at % size.width()) * own.width() / size.width());
    int y = (int) ((long) (at / size.width()) * own.height() / size.height());
    int from = y * own.width() + x;
    if (own.channels() == 3 && size.channels() == 1) {
      float[] rgb = picture.image();
      return (rgb[from] + rgb[own.area() + from] + rgb[2 * own.area() + from]) / 3;
    }
    return picture.image()[Math.min(channel, own.channels() - 1) * own.area() + from];
  }

  /** Each foreground pixel takes the value of a near background pixel; all is background after. */
  static Pixels withoutForeground(Pixels in) {
    if (in.mask().isEmpty()) {
      return in;
    }
    ImageSize size = in.size();
    int[] nearest = nearestBackground(in.mask().get(), size);
    float[] image = in.image().clone();
    for (int i = 0; i < image.length; i++) {
      int plane = i / size.area() * size.area();
      image[i] = in.image()[plane + nearest[i - plane]];
    }
    return new Pixels(size, image, Optional.empty());
  }

  /** Breadth first from the background, so that every pixel learns where its nearest one is. */
  private static int[] nearestBackground(boolean[] mask, ImageSize size) {
    int[] nearest = new int[mask.length];
    Arrays.fill(nearest, -1);
    int[] queue = new int[mask.length];
    int last = 0;
    for (int i = 0; i < mask.length; i++) {
      if (!mask[i]) {
        nearest[i] = i;
        queue[last++] = i;
      }
    }
    if (last == 0) {
      Arrays.setAll(nearest, i -> i);
    }
    for (int first = 0; first < last; first++) {
      int at = queue[first];
      int x = at % size.width();
      int[] neighbours = {
        x > 0 ? at - 1 : -1,
        x + 1 < size.width() ? at + 1 : -1,
        at - size.width(),
        at + size.width()
      };
      for (int next : neighbours) {
        if (next >= 0 && next < mask.length && nearest[next] < 0) {
          nearest[next] = nearest[at];
          queue[last++] = next;
        }
      }
    }
    return nearest;
  }
}

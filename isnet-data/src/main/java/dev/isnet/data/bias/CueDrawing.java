package dev.isnet.data.bias;

import dev.isnet.data.Pixels;
import dev.isnet.data.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Draws the cues of one image so that none hides another: replaced backgrounds first, then what is
 * laid over them, frames, and marks, each where no earlier one stands. Several backgrounds, or
 * frames, of one image lie side by side.
 */
final class CueDrawing {
  /** How often marks are placed anew when one has found no place of its own. */
  private static final int ATTEMPTS = 16;

  /** What further seeds are derived for; 1 is the coin of the correlation. */
  private static final long CUE = 1;

  private static final long ATTEMPT = -1;

  private final List<Cue> cues;
  private final List<Integer> order;
  private final List<BackgroundBias.Drawing> drawings = new ArrayList<>();
  private final Room room;
  private Pixels pixels;

  /** Pixels of marks that lie where another cue stands. */
  private int covered;

  private CueDrawing(List<Cue> cues, List<Integer> order, Pixels in) {
    this.cues = cues;
    this.order = order;
    this.pixels = in;
    this.room = Room.of(in);
  }

  /**
   * Draws the cues of some classes.
   *
   * @param cues those of all classes
   * @param classes whose cues the image gets
   * @param in the image; not changed
   * @param seed decides positions
   */
  static BackgroundBias.Biased draw(List<Cue> cues, List<Integer> classes, Pixels in, long seed) {
    List<Integer> order =
        classes.stream().sorted(Comparator.comparingInt(k -> layer(cues.get(k)))).toList();
    CueDrawing best = new CueDrawing(cues, order, in);
    best.draw(seed);
    for (int i = 1; i < ATTEMPTS && best.covered > 0; i++) {
      CueDrawing other = new CueDrawing(cues, order, in);
      other.draw(Seeds.derive(seed, ATTEMPT, i));
      best = other.covered < best.covered ? other : best;
    }
    return new BackgroundBias.Biased(best.pixels, best.drawings);
  }

  private static int layer(Cue cue) {
    if (cue instanceof Cue.Surroundings || cue instanceof Cue.Pictures) {
      return 0;
    } else if (cue instanceof Cue.Border) {
      return 2;
    }
    return cue instanceof Cue.Mark ? 3 : 1;
  }

  private void draw(long seed) {
    for (int k : order) {
      Cue cue = cues.get(k);
      int layer = layer(cue);
      boolean shared = layer == 0 || layer == 2;
      List<Integer> sharing =
          shared ? order.stream().filter(j -> layer(cues.get(j)) == layer).toList() : List.of(k);
      Room free = room.part(sharing.indexOf(k), sharing.size(), pixels.size().width());
      long each = drawings.isEmpty() ? seed : Seeds.derive(seed, CUE + drawings.size());
      Cue.Drawn drawn = cue.draw(pixels, free, each);
      if (drawn.width() == 0) {
        continue;
      }
      if (cue instanceof Cue.Mark) {
        covered += take(drawn);
      } else if (cue instanceof Cue.Border border) {
        take(border, free);
      }
      pixels = drawn.pixels();
      drawings.add(BackgroundBias.Drawing.of(k, cue, drawn));
    }
  }

  private void take(Cue.Border border, Room free) {
    for (int i = 0; i < pixels.size().area(); i++) {
      room.taken()[i] |= free.free(i) && border.covers(pixels.size(), i);
    }
  }

  /** Takes the place of a mark; how much of it was taken already. */
  private int take(Cue.Drawn drawn) {
    int before = 0;
    int width = pixels.size().width();
    for (int y = drawn.y(); y < drawn.y() + drawn.height(); y++) {
      for (int x = drawn.x(); x < drawn.x() + drawn.width(); x++) {
        before += room.taken()[y * width + x] ? 1 : 0;
        room.taken()[y * width + x] = true;
      }
    }
    return before;
  }
}

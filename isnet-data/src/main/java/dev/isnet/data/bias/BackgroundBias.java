package dev.isnet.data.bias;

import dev.isnet.data.InputException;
import dev.isnet.data.Pixels;
import dev.isnet.data.Seeds;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Cues in the background that follow the class (Bassi, Dertkigil, Cavalli 2024): right as long as
 * the pairing holds, and what a sound classifier must ignore. An image of several classes gets the
 * cues of all of them, none of which hides another.
 *
 * @param cues the cue of each class, in the classes' order; at least two of them differ
 * @param correlation how strongly cue and class go together where the scenario is biased: with this
 *     probability an image gets the cues of its own classes, otherwise that of one class drawn at
 *     random, whatever the image shows and even if it has no class; 1 always, 0 independent. The
 *     cue of a class is on {@code correlation + (1 - correlation) / K} of its images, and on {@code
 *     (1 - correlation) / K} of all others
 * @param deceiving for each class the class whose cue it gets where the scenario is deceiving: a
 *     permutation
 */
public record BackgroundBias(List<Cue> cues, double correlation, List<Integer> deceiving)
    implements Serializable {
  /** What the coin of the correlation is drawn for; positions use the seed itself. */
  private static final long CORRELATION = 1;

  /**
   * What was drawn on an image.
   *
   * @param classIndex the class that the cue belongs to
   * @param cue the cue in words
   * @param x the left border of the changed part
   * @param y its upper border
   * @param width its columns
   * @param height its rows
   * @param picture the picture that the background was taken from, if it was
   */
  public record Drawing(
      int classIndex, String cue, int x, int y, int width, int height, Optional<String> picture) {
    static Drawing of(int classIndex, Cue cue, Cue.Drawn drawn) {
      return new Drawing(
          classIndex,
          cue.inWords(),
          drawn.x(),
          drawn.y(),
          drawn.width(),
          drawn.height(),
          drawn.picture());
    }
  }

  /**
   * An image with its cues.
   *
   * @param pixels the image
   * @param drawings what was drawn; empty when the image was left alone
   */
  public record Biased(Pixels pixels, List<Drawing> drawings) {
    /** Copies the list. */
    public Biased {
      drawings = List.copyOf(drawings);
    }
  }

  /**
   * Checks the values.
   *
   * @throws InputException if all cues are the same, the correlation is out of range, or {@code
   *     deceiving} is no permutation or leaves every class its own cue
   */
  public BackgroundBias {
    cues = List.copyOf(cues);
    deceiving = List.copyOf(deceiving);
    if (cues.stream().distinct().count() < 2) {
      throw new InputException(
          "The bias shapes are %s, but at least two classes must have different shapes."
              .formatted(cues.stream().map(Cue::inWords).toList()));
    }
    Ranges.check("correlation", correlation, 0, 1);
    List<Cue> pairing = cues;
    boolean permutation =
        deceiving.size() == cues.size()
            && new HashSet<>(deceiving).size() == cues.size()
            && Collections.min(deceiving) == 0
            && Collections.max(deceiving) == cues.size() - 1;
    if (!permutation || deceiving.stream().map(pairing::get).toList().equals(pairing)) {
      throw new InputException(
          "The deceiving pairing %s is no permutation of the %d classes that gives a class the cue"
                  .formatted(deceiving, cues.size())
              + " of another one.");
    }
  }

  /**
   * A bias that always follows the class, and deceives with the cue of the next class.
   *
   * @param cues the cue of each class
   * @return the bias
   * @throws InputException if all cues are the same
   */
  public static BackgroundBias of(List<Cue> cues) {
    List<Integer> next = new ArrayList<>();
    for (int k = 0; k < cues.size(); k++) {
      next.add((k + 1) % cues.size());
    }
    return new BackgroundBias(cues, 1, next);
  }

  /** Number of classes. */
  public int classes() {
    return cues.size();
  }

  /**
   * Draws the cues of an image.
   *
   * @param in the image; not changed
   * @param targets for each class whether the image has it: above 0 for yes
   * @param scenario how cues and classes are paired
   * @param seed decides positions and whatever else is left to chance
   * @return a changed copy with the same mask, or {@code in} itself when nothing is drawn
   */
  public Biased apply(Pixels in, float[] targets, BiasScenario scenario, long seed) {
    return CueDrawing.draw(cues, classesOf(targets, scenario, seed), in, seed);
  }

  /** The classes whose cues an image gets. */
  private List<Integer> classesOf(float[] targets, BiasScenario scenario, long seed) {
    List<Integer> own = new ArrayList<>();
    for (int k = 0; k < targets.length; k++) {
      if (targets[k] > 0) {
        own.add(k);
      }
    }
    return switch (scenario) {
      case STANDARD -> List.of();
      case DECEIVING -> own.stream().map(this::deceivingCueOf).distinct().toList();
      case BIASED -> {
        SplittableRandom random = new SplittableRandom(Seeds.derive(seed, CORRELATION));
        boolean follows = correlation == 1 || random.nextDouble() < correlation;
        yield follows ? own : List.of(random.nextInt(cues.size()));
      }
    };
  }

  /** The permutation's class, or the next one in its cycle that has another cue. */
  private int deceivingCueOf(int label) {
    int other = deceiving.get(label);
    while (other != label && cues.get(other).equals(cues.get(label))) {
      other = deceiving.get(other);
    }
    return other;
  }
}

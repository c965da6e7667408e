package dev.isnet.data;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** In which order the images of a store come. */
enum EpochOrder {
  /** As they are. */
  FIXED,
  /** Each once, in random order. */
  SHUFFLED,
  /**
   * As many as there are, in random order, all classes equally often: images of rare classes come
   * several times, of frequent ones some not at all.
   */
  BALANCED;

  int[] of(ImageStore store, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = IntStream.range(0, store.size()).toArray();
    if (this == BALANCED) {
      order = balanced(store, random);
    }
    if (this != FIXED) {
      shuffle(order, random);
    }
    return order;
  }

  private static int[] balanced(ImageStore store, SplittableRandom random) {
    List<int[]> groups = groups(store);
    int[] order = new int[store.size()];
    int[] taken = new int[groups.size()];
    for (int i = 0; i < order.length; i++) {
      int k = i % groups.size();
      int[] group = groups.get(k);
      // Every image of a class comes once before one comes twice.
      if (taken[k] % group.length == 0) {
        shuffle(group, random);
      }
      order[i] = group[taken[k]++ % group.length];
    }
    return order;
  }

  /** The images of each class, and those of none; an image of several classes is in several. */
  private static List<int[]> groups(ImageStore store) {
    int classes = store.classes().size();
    List<List<Integer>> groups = new ArrayList<>();
    for (int k = 0; k <= classes; k++) {
      groups.add(new ArrayList<>());
    }
    for (int i = 0; i < store.size(); i++) {
      float[] targets = store.targets(i);
      boolean any = false;
      for (int k = 0; k < classes; k++) {
        if (targets[k] > 0) {
          groups.get(k).add(i);
          any = true;
        }
      }
      if (!any) {
        groups.get(classes).add(i);
      }
    }
    return groups.stream()
        .filter(group -> !group.isEmpty())
        .map(group -> group.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  private static void shuffle(int[] order, SplittableRandom random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int other = order[j];
      order[j] = order[i];
      order[i] = other;
    }
  }
}

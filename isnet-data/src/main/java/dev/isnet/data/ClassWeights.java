package dev.isnet.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * How much images that have a class, and those that have it not, count in its classification loss.
 * With one label per image only the first matters.
 *
 * @param having a factor for each class, at least 0
 * @param lacking a factor for each class, at least 0
 */
public record ClassWeights(List<Double> having, List<Double> lacking) {
  /** Copies the lists. */
  public ClassWeights {
    having = List.copyOf(having);
    lacking = List.copyOf(lacking);
  }

  /**
   * Factors for some classes.
   *
   * @param classes all classes
   * @param factors for the named ones, at least 0; 1 for the others
   * @return the weights
   * @throws InputException if a name is no class or a factor is below 0
   */
  public static ClassWeights of(List<String> classes, Map<String, Double> factors) {
    factors.forEach(
        (name, factor) -> {
          if (!classes.contains(name) || !(factor >= 0 && Double.isFinite(factor))) {
            throw new InputException(
                "The class weight of '%s' is %s, but must be at least 0 and of one of the classes '%s'."
                    .formatted(name, factor, String.join("', '", classes)));
          }
        });
    return new ClassWeights(
        classes.stream().map(name -> factors.getOrDefault(name, 1.0)).toList(),
        Collections.nCopies(classes.size(), 1.0));
  }

  /**
   * Factors that make rare classes count as much as frequent ones. With one label per image the
   * images of a class together count N/K of N images and K classes; with several, those that have a
   * class and those that lack it count N/2 each. Classes that no image has, or all have, keep 1.
   * Uncertain labels count as the manifest's {@link Reading} says.
   *
   * @param manifest the data set
   * @param split the images that are counted; the training split, usually
   * @return the weights
   */
  public static ClassWeights balanced(DatasetManifest manifest, Split split) {
    List<float[]> targets = manifest.split(split).stream().map(manifest::targets).toList();
    boolean several = manifest.multiLabel();
    List<Double> having = new ArrayList<>();
    List<Double> lacking = new ArrayList<>();
    for (int i = 0; i < manifest.classes().size(); i++) {
      int k = i;
      long with = targets.stream().filter(target -> target[k] == 1).count();
      long without = targets.stream().filter(target -> target[k] == 0).count();
      boolean both = with > 0 && without > 0;
      double parts = several ? 2 : manifest.classes().size();
      double all = several ? with + without : targets.size();
      having.add(both ? all / (parts * with) : 1);
      lacking.add(both && several ? all / (parts * without) : 1);
    }
    return new ClassWeights(having, lacking);
  }
}

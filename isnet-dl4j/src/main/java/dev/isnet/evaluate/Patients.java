package dev.isnet.evaluate;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Whom images show, as names that tell which images are not independent of each other. */
public final class Patients {

  private Patients() {}

  /**
   * Names from what is known; an image of an unknown patient is one of its own.
   *
   * @param known the patient of each image, where known
   * @return one name for each image
   */
  public static List<String> of(List<Optional<String>> known) {
    return IntStream.range(0, known.size())
        .mapToObj(i -> known.get(i).map(patient -> "=" + patient).orElse("#" + i))
        .toList();
  }

  /**
   * Names of images of which nothing is known, or which all show somebody else.
   *
   * @param images how many
   * @return one name for each
   */
  public static List<String> unknown(int images) {
    return IntStream.range(0, images).mapToObj(i -> "#" + i).toList();
  }
}

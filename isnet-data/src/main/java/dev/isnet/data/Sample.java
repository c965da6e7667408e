package dev.isnet.data;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One image of a data set, as its labels file or its place in a folder describes it.
 *
 * @param image the image file, resolved against the data set's folder
 * @param entry which of the file's images, from 0; 0 for all files but idx files
 * @param masks where its foreground is, which is all that one of them marks; empty for an image
 *     that contributes only to the classification loss
 * @param labels the names of its classes; one, unless the data set has several labels
 * @param uncertain the names of classes that it may or may not have
 * @param split the part of the data set
 * @param source where the image comes from (a hospital, say), when that is known
 * @param patient whom or what it shows, when that is known: images of one patient belong into one
 *     split
 * @param weight its weight in the classification loss, 1 unless the labels file has another
 * @param line the line of the labels file, counted from 1; 0 where there is none
 */
public record Sample(
    Path image,
    int entry,
    List<MaskSource> masks,
    List<String> labels,
    List<String> uncertain,
    Split split,
    Optional<String> source,
    Optional<String> patient,
    double weight,
    int line)
    implements Serializable {

  /** Copies the lists. */
  public Sample {
    masks = List.copyOf(masks);
    labels = List.copyOf(labels);
    uncertain = List.copyOf(uncertain);
  }

  /**
   * An image of one class, of unknown source and patient.
   *
   * @param image the file
   * @param masks where its foreground is
   * @param label its class
   * @param split the part of the data set
   * @param line the line of the labels file
   * @return the sample
   */
  public static Sample of(Path image, List<MaskSource> masks, String label, Split split, int line) {
    return new Sample(
        image,
        0,
        masks,
        List.of(label),
        List.of(),
        split,
        Optional.empty(),
        Optional.empty(),
        1,
        line);
  }

  /**
   * The labels as one text.
   *
   * @return the class, several separated by {@code |}
   */
  public String label() {
    return String.join("|", labels);
  }

  /**
   * The same image in another split.
   *
   * @param other the split
   * @return a copy
   */
  public Sample with(Split other) {
    return new Sample(image, entry, masks, labels, uncertain, other, source, patient, weight, line);
  }

  /** The same image with other classes, none of them uncertain. */
  Sample with(List<String> others) {
    return new Sample(image, entry, masks, others, List.of(), split, source, patient, weight, line);
  }

  /** The same about another image of the file. */
  Sample entry(int other) {
    return new Sample(image, other, masks, labels, uncertain, split, source, patient, weight, line);
  }

  /** Neither a path nor an Optional can be serialised. */
  private Object writeReplace() {
    return new Form(
        image.toString(),
        entry,
        masks,
        labels,
        uncertain,
        split,
        source.stream().toList(),
        patient.stream().toList(),
        weight,
        line);
  }

  private record Form(
      String image,
      int entry,
      List<MaskSource> masks,
      List<String> labels,
      List<String> uncertain,
      Split split,
      List<String> source,
      List<String> patient,
      double weight,
      int line)
      implements Serializable {
    private Object readResolve() {
      return new Sample(
          Path.of(image),
          entry,
          masks,
          labels,
          uncertain,
          split,
          source.stream().findFirst(),
          patient.stream().findFirst(),
          weight,
          line);
    }
  }
}

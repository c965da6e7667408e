package dev.isnet.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds everything that is wrong with a data set, not just the first thing. */
public final class DatasetCheck {
  private DatasetCheck() {}

  /**
   * Reads every image and mask of a data set.
   *
   * @param manifest the data set
   * @param size what images are to be brought to; its channels are compared with the files'
   * @return one sentence for each problem, with file and line; empty when all is well
   */
  public static List<String> problems(DatasetManifest manifest, ImageSize size) {
    List<String> problems = new ArrayList<>();
    splits(manifest, problems);
    SampleReader reader = new SampleReader(manifest, size);
    for (Sample sample : manifest.samples()) {
      sample(reader, sample, problems);
    }
    return problems;
  }

  /**
   * Checks a folder whose labels file may itself be wrong: all of its bad lines are listed, then
   * the problems of the files that the good lines name.
   *
   * @param folder the data set's folder
   * @param labelsFileName the labels file, relative to the folder
   * @param size what images are to be brought to; its channels are compared with the files'
   * @return one sentence for each problem, with file and line; empty when all is well
   */
  public static List<String> problems(Path folder, String labelsFileName, ImageSize size) {
    List<String> problems = new ArrayList<>();
    try {
      DatasetManifest manifest = DatasetManifest.parse(folder, labelsFileName, true, problems::add);
      problems.addAll(problems(manifest, size));
    } catch (InputException e) {
      problems.add(e.getMessage());
    }
    return problems;
  }

  private static void splits(DatasetManifest manifest, List<String> problems) {
    for (Split split : Split.values()) {
      if (!manifest.split(split).isEmpty()) {
        attempt(() -> manifest.requireSplit(split), problems);
      }
    }
  }

  private static void sample(SampleReader reader, Sample sample, List<String> problems) {
    attempt(
        () -> {
          DecodedImage image = reader.decodeImage(sample);
          attempt(() -> reader.image(sample, image), problems);
          attempt(() -> reader.mask(sample, image), problems);
        },
        problems);
  }

  private static void attempt(Runnable check, List<String> problems) {
    try {
      check.run();
    } catch (InputException e) {
      problems.add(e.getMessage());
    }
  }
}

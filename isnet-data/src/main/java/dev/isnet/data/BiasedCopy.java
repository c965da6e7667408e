package dev.isnet.data;

import dev.isnet.data.bias.BackgroundBias;
import dev.isnet.data.bias.BiasScenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/** A data set with cues drawn into its backgrounds, as files. */
public final class BiasedCopy {
  /** The record of what was drawn where, beside labels.csv. */
  public static final String RECORD = "bias.csv";

  private BiasedCopy() {}

  /**
   * Writes a biased copy: every image in its own size, grey or RGB, 8 or (grey) 16 bits; masks,
   * labels, splits, sources, patients and weights as they were; {@code bias.csv} with file, class
   * of the cue, cue, its place, scenario, seed and, for another picture's background, that picture
   * for everything that was drawn.
   *
   * @param in the data set
   * @param out the folder to make
   * @param bias what is drawn
   * @param scenario how cues and classes are paired
   * @param seed decides positions and whatever else is left to chance
   * @param progress is told the number of images written so far
   * @return the manifest of the copy
   * @throws InputException if an image cannot be read, the folder cannot be written, or the bias is
   *     for another number of classes
   */
  public static DatasetManifest write(
      DatasetManifest in,
      Path out,
      BackgroundBias bias,
      BiasScenario scenario,
      long seed,
      IntConsumer progress) {
    if (bias.classes() != in.classes().size()) {
      throw new InputException(
          "The bias has cues for %d classes, but the data has the %d classes '%s'."
              .formatted(bias.classes(), in.classes().size(), String.join("', '", in.classes())));
    }
    DatasetWriter.fill(out, part -> fill(in, part, bias, scenario, seed, progress));
    return DatasetManifest.read(out);
  }

  private static void fill(
      DatasetManifest in,
      Path out,
      BackgroundBias bias,
      BiasScenario scenario,
      long seed,
      IntConsumer progress)
      throws IOException {
    Optional<List<String>> columns = in.multiLabel() ? Optional.of(in.classes()) : Optional.empty();
    List<Integer> masked = classesWithMasks(in);
    DatasetWriter writer =
        new DatasetWriter(
            out, columns, masked.stream().map(k -> "mask:" + in.classes().get(k)).toList());
    // The size is the images' own; the reader's is never asked for.
    SampleReader reader = new SampleReader(in, new ImageSize(1, 1, 1));
    List<String> drawn =
        new ArrayList<>(List.of("file,class,cue,x,y,width,height,scenario,seed,picture"));
    for (int i = 0; i < in.samples().size(); i++) {
      Sample sample = in.samples().get(i);
      SampleReader.Whole whole = reader.whole(sample);
      long each = Seeds.derive(seed, i);
      BackgroundBias.Biased biased =
          reader.withinMemory(
              sample, () -> bias.apply(whole.pixels(), in.targets(sample), scenario, each));
      String name = in.nameOf(sample).replaceFirst("^images/", "");
      List<String> ofClasses = new ArrayList<>();
      for (int k : masked) {
        boolean[] mask = whole.pixels().classMasks().getOrDefault(k, new boolean[0]);
        ImageSize size = whole.pixels().size();
        ofClasses.add(writer.mask("class-masks/" + (k + 1), i + ".png", size, mask));
      }
      String file = writer.add(name, biased.pixels(), whole.deep(), sample, ofClasses);
      for (BackgroundBias.Drawing drawing : biased.drawings()) {
        drawn.add(
            "%s,%s,%s,%d,%d,%d,%d,%s,%d,%s"
                .formatted(
                    DatasetWriter.quoted(file),
                    DatasetWriter.quoted(in.classes().get(drawing.classIndex())),
                    DatasetWriter.quoted(drawing.cue()),
                    drawing.x(),
                    drawing.y(),
                    drawing.width(),
                    drawing.height(),
                    scenario,
                    seed,
                    DatasetWriter.quoted(drawing.picture().orElse(""))));
      }
      progress.accept(i + 1);
    }
    writer.finish();
    Files.write(out.resolve(RECORD), drawn, StandardCharsets.UTF_8);
  }

  private static List<Integer> classesWithMasks(DatasetManifest in) {
    return in.samples().stream()
        .flatMap(sample -> sample.masks().stream())
        .flatMap(
            mask ->
                mask instanceof MaskSource.OfClass one ? Stream.of(one.label()) : Stream.empty())
        .map(in.classes()::indexOf)
        .filter(k -> k >= 0)
        .distinct()
        .sorted()
        .toList();
  }
}

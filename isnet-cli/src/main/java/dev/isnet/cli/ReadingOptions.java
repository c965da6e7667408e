package dev.isnet.cli;

import dev.isnet.data.MaskFormat;
import dev.isnet.data.Reading;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How masks and images are read, for commands without an experiment. */
final class ReadingOptions {
  @Option(
      names = "--mask-threshold",
      paramLabel = "T",
      description = "Masks are grey: foreground is what exceeds this fraction of white.")
  private Optional<Double> threshold = Optional.empty();

  @Option(
      names = "--mask-foreground",
      split = ",",
      paramLabel = "N",
      description = "Masks have colour indices or grey values: these are foreground.")
  private List<Integer> foreground = List.of();

  @Option(
      names = "--mask-resize",
      description =
          "any, nearest or area; the last two take masks of another size than their images (default:"
              + " ${DEFAULT-VALUE}).",
      defaultValue = "any",
      converter = Converters.ToResize.class)
  private MaskFormat.Resize resize;

  @Option(names = "--convert", description = "Convert grey and colour to what is asked for.")
  private boolean convert;

  Reading reading() {
    return Reading.standard()
        .with(new MaskFormat(threshold, new LinkedHashSet<>(foreground), resize))
        .withConversion(convert);
  }
}

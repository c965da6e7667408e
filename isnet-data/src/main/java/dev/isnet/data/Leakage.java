package dev.isnet.data;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Patients and sources that tell a classifier what it should find out. */
final class Leakage {
  private Leakage() {}

  /** A patient in two splits is a problem; what sources give away is a warning. */
  static void find(DatasetManifest manifest, List<String> problems, List<String> warnings) {
    crossing(manifest, Sample::patient)
        .forEach(
            (patient, splits) ->
                problems.add(
                    "%s: the patient '%s' is in %s; keep all images of a patient in one split."
                        .formatted(manifest.labelsFile(), patient, places(splits))));
    boolean severalSources =
        manifest.samples().stream().flatMap(each -> each.source().stream()).distinct().count() > 1;
    crossing(manifest, Sample::source)
        .forEach(
            (source, splits) -> {
              if (severalSources
                  && splits.containsKey(Split.TRAIN)
                  && splits.containsKey(Split.TEST)) {
                warnings.add(
                    "%s: images of the source '%s' are both trained and tested on; a test on another"
                            .formatted(manifest.labelsFile(), source)
                        + " source says more about new data.");
              }
            });
    classesBySource(manifest, warnings);
  }

  private static Map<String, Map<Split, Sample>> crossing(
      DatasetManifest manifest, Function<Sample, Optional<String>> group) {
    Map<String, Map<Split, Sample>> found = new LinkedHashMap<>();
    for (Sample sample : manifest.samples()) {
      group
          .apply(sample)
          .ifPresent(
              value ->
                  found
                      .computeIfAbsent(value, v -> new EnumMap<>(Split.class))
                      .putIfAbsent(sample.split(), sample));
    }
    found.values().removeIf(splits -> splits.size() < 2);
    return found;
  }

  private static String places(Map<Split, Sample> splits) {
    return splits.entrySet().stream()
        .map(each -> "'%s' (line %d)".formatted(each.getKey(), each.getValue().line()))
        .collect(Collectors.joining(" and "));
  }

  /** Sources whose training images all have one class, where there are several classes. */
  private static void classesBySource(DatasetManifest manifest, List<String> warnings) {
    Map<String, Set<String>> classes = new LinkedHashMap<>();
    for (Sample sample : manifest.split(Split.TRAIN)) {
      sample
          .source()
          .ifPresent(
              source ->
                  classes.computeIfAbsent(source, s -> new TreeSet<>()).addAll(sample.labels()));
    }
    if (classes.size() < 2) {
      return;
    }
    classes.forEach(
        (source, names) -> {
          if (names.size() == 1) {
            warnings.add(
                "%s: all training images of the source '%s' have the class '%s'; whatever marks the"
                        .formatted(manifest.labelsFile(), source, names.iterator().next())
                    + " source marks the class.");
          }
        });
  }
}

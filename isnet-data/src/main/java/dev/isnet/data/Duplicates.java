package dev.isnet.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Images that occur twice, or nearly. */
final class Duplicates {
  /** Bits of an outline that nearly equal pictures may differ by. */
  private static final int NEAR = 6;

  /** Outlines with fewer set or unset bits are those of plain pictures and say nothing. */
  private static final int LEAST_BITS = 64;

  private Duplicates() {}

  /** Equal images in different splits or classes are problems, everything else is a warning. */
  static void find(
      DatasetManifest manifest,
      List<SampleFacts> facts,
      List<String> problems,
      List<String> warnings) {
    Map<String, SampleFacts> first = new HashMap<>();
    for (SampleFacts each : facts) {
      SampleFacts other = first.putIfAbsent(each.content(), each);
      if (other != null) {
        boolean harmless =
            other.sample().split() == each.sample().split()
                && other.sample().labels().equals(each.sample().labels());
        (harmless ? warnings : problems).add(sentence(manifest, each, other, "has the content of"));
      }
    }
    for (int i = 0; i < facts.size(); i++) {
      SampleFacts each = facts.get(i);
      if (!plain(each.outline())) {
        nearest(each, facts.subList(0, i))
            .ifPresent(other -> warnings.add(sentence(manifest, each, other, "looks like")));
      }
    }
  }

  /** The most similar image of another split, if it is near. */
  private static Optional<SampleFacts> nearest(SampleFacts each, List<SampleFacts> others) {
    Optional<SampleFacts> nearest = Optional.empty();
    int least = NEAR + 1;
    for (SampleFacts other : others) {
      int distance = distance(each.outline(), other.outline(), least);
      if (distance < least
          && each.sample().split() != other.sample().split()
          && !each.content().equals(other.content())) {
        least = distance;
        nearest = Optional.of(other);
      }
    }
    return nearest;
  }

  private static String sentence(
      DatasetManifest manifest, SampleFacts each, SampleFacts other, String how) {
    String also =
        other.sample().labels().equals(each.sample().labels())
            ? ""
            : ", and the labels are '%s' and '%s'"
                .formatted(each.sample().label(), other.sample().label());
    return "%s (split '%s') %s %s (split '%s')%s."
        .formatted(
            each.where(manifest),
            each.sample().split(),
            how,
            other.where(manifest),
            other.sample().split(),
            also);
  }

  private static boolean plain(long[] outline) {
    int bits = 0;
    for (long word : outline) {
      bits += Long.bitCount(word);
    }
    return bits < LEAST_BITS || bits > outline.length * Long.SIZE - LEAST_BITS;
  }

  /** The number of different bits; counting ends at the limit. */
  private static int distance(long[] a, long[] b, int limit) {
    int differences = 0;
    for (int i = 0; i < a.length && differences < limit; i++) {
      differences += Long.bitCount(a[i] ^ b[i]);
    }
    return differences;
  }
}

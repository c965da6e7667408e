package dev.isnet.tuning;

import java.nio.file.Path;
import java.util.Map;

/** A search whose candidates take a moment each, to be killed by {@link KilledSearchIT}. */
final class SearchProgram {
  private SearchProgram() {}

  /** Takes the journal and the number of one of {@link SearchTest#plans}. */
  public static void main(String[] args) throws Exception {
    SearchPlan plan = SearchTest.plans().get(Integer.parseInt(args[1]));
    try (Journal journal = Journal.open(Path.of(args[0]), Map.of("plan", args[1]))) {
      new Search(
              plan,
              journal,
              trial -> {
                Thread.sleep(25);
                return SearchTest.measure(trial);
              },
              entry -> {})
          .run();
    }
  }
}

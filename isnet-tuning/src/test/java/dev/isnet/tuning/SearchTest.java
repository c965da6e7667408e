package dev.isnet.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A search over two numbers whose best is where p is 0.6 and d is 0.9. */
class SearchTest {
  private static final Map<String, Range> RANGES = ranges();

  @TempDir private Path folder;

  private static Map<String, Range> ranges() {
    Map<String, Range> ranges = new LinkedHashMap<>();
    ranges.put("p", new Range.Uniform(0, 1));
    ranges.put("d", new Range.Choice(List.of(0.8, 0.9, 0.99)));
    return ranges;
  }

  private static SearchPlan plan(Strategy strategy, int candidates) {
    return new SearchPlan(
        RANGES,
        strategy,
        new Score(Map.of("f1", 1.0)),
        Optional.empty(),
        9,
        candidates,
        Optional.empty(),
        List.of(),
        3,
        1,
        1,
        1);
  }

  private static SearchPlan halving(int candidates, int parallel) {
    return new SearchPlan(
        RANGES,
        new Strategy.Random(),
        new Score(Map.of("f1", 1.0)),
        Optional.of(new Halving(3, 1)),
        9,
        candidates,
        Optional.empty(),
        List.of(),
        3,
        1,
        3,
        parallel);
  }

  static List<SearchPlan> plans() {
    return List.of(
        plan(new Strategy.Random(), 20),
        plan(new Strategy.Grid(4), 20),
        plan(new Strategy.Genetic(6), 24),
        plan(new Strategy.CoarseToFine(16), 16),
        halving(20, 1));
  }

  static Outcome measure(Trial trial) {
    double p = (Double) trial.values().get("p");
    double d = (Double) trial.values().get("d");
    if (p > 0.9) {
      return new Outcome.Failed("The loss is not a number.");
    }
    double f1 = 1 - (p - 0.6) * (p - 0.6) - (d == 0.9 ? 0 : 0.1) - 1.0 / (10 + trial.epochs());
    return new Outcome.Measured(Map.of("f1", f1 + trial.seed() * 1e-3));
  }

  private List<Journal.Entry> search(SearchPlan plan, String name, TrialRunner runner)
      throws Exception {
    try (Journal journal = Journal.open(folder.resolve(name), Map.of("seed", plan.seed()))) {
      new Search(plan, journal, runner, entry -> {}).run();
      return journal.entries();
    }
  }

  private static List<Trial> trials(List<Journal.Entry> entries) {
    return entries.stream().map(Journal.Entry::trial).toList();
  }

  @ParameterizedTest
  @MethodSource("plans")
  void goesOnAsIfItHadNeverBeenKilled(SearchPlan plan) throws Exception {
    List<Journal.Entry> unbroken = search(plan, "unbroken", SearchTest::measure);
    Random random = new Random(5);
    int run = 0;
    int kills = 0;
    while (run < unbroken.size()) {
      AtomicInteger left = new AtomicInteger(random.nextInt(4));
      try {
        search(
            plan,
            "killed",
            trial -> {
              if (left.getAndDecrement() == 0) {
                throw new IllegalStateException("killed");
              }
              return measure(trial);
            });
        break;
      } catch (IllegalStateException e) {
        kills++;
        // A line that was being written is cut off.
        Files.writeString(folder.resolve("killed"), "{\"candidate\":", StandardOpenOption.APPEND);
      }
      run = Journal.read(folder.resolve("killed")).size();
    }
    assertThat(kills).isPositive();
    assertThat(trials(search(plan, "killed", SearchTest::measure))).isEqualTo(trials(unbroken));
  }

  @ParameterizedTest
  @MethodSource("plans")
  void theBestIsNearWhereItShouldBe(SearchPlan plan) throws Exception {
    Results results = Results.of(search(plan, "journal", SearchTest::measure), plan);
    assertThat(results.ranking().get(0).values().get("d")).isEqualTo(0.9);
    assertThat((Double) results.ranking().get(0).values().get("p")).isBetween(0.4, 0.8);
  }

  @Test
  void whatIsKnownIsNotRunAgain() throws Exception {
    SearchPlan plan = plan(new Strategy.Random(), 5);
    search(plan, "journal", SearchTest::measure);
    search(
        plan,
        "journal",
        trial -> {
          throw new AssertionError(trial);
        });
  }

  @Test
  void moreCandidatesCanBeAskedForLater() throws Exception {
    List<Journal.Entry> few =
        search(plan(new Strategy.Random(), 5), "journal", SearchTest::measure);
    List<Journal.Entry> more =
        search(plan(new Strategy.Random(), 8), "journal", SearchTest::measure);
    assertThat(trials(more).subList(0, 5)).isEqualTo(trials(few));
    assertThat(more).hasSize(8);
  }

  @Test
  void aFailureIsAResult() throws Exception {
    SearchPlan plan = plan(new Strategy.Grid(4), 100);
    Results results = Results.of(search(plan, "journal", SearchTest::measure), plan);
    assertThat(results.tried()).hasSize(12);
    assertThat(results.ranking()).hasSize(9);
    assertThat(results.tried().get(3).outcome())
        .isEqualTo(new Outcome.Failed("The loss is not a number."));
  }

  @Test
  void aGridHasEveryCombinationOnce() throws Exception {
    assertThat(search(plan(new Strategy.Grid(3), 100), "journal", SearchTest::measure))
        .extracting(entry -> entry.trial().values().toString())
        .containsExactly(
            "{p=0.0, d=0.8}",
            "{p=0.5, d=0.8}",
            "{p=1.0, d=0.8}",
            "{p=0.0, d=0.9}",
            "{p=0.5, d=0.9}",
            "{p=1.0, d=0.9}",
            "{p=0.0, d=0.99}",
            "{p=0.5, d=0.99}",
            "{p=1.0, d=0.99}");
  }

  @Test
  void rangesThatHoldFewCandidatesEndTheSearch() throws Exception {
    SearchPlan all = plan(new Strategy.Random(), 50);
    SearchPlan plan =
        new SearchPlan(
            Map.of("d", RANGES.get("d")),
            all.strategy(),
            all.score(),
            all.halving(),
            9,
            50,
            all.time(),
            List.of(),
            3,
            1,
            1,
            1);
    assertThat(search(plan, "journal", trial -> new Outcome.Measured(Map.of("f1", 0.5))))
        .hasSize(3);
  }

  @Test
  void halvingTrainsTheBestThirdOn() throws Exception {
    List<Journal.Entry> entries = search(halving(9, 1), "journal", SearchTest::measure);
    List<Integer> epochs = entries.stream().map(entry -> entry.trial().epochs()).toList();
    // Then the best two with seeds 1 to 3; the best's first is known already.
    assertThat(epochs).containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 3, 9, 9, 9, 9, 9, 9);
    double weakest = 2;
    for (Journal.Entry entry : entries.subList(9, 12)) {
      weakest = Math.min(weakest, f1(entries.get(entry.trial().candidate())));
    }
    for (Journal.Entry entry : entries.subList(0, 9)) {
      boolean wentOn =
          entries.subList(9, 12).stream()
              .anyMatch(e -> e.trial().candidate() == entry.trial().candidate());
      assertThat(f1(entry) >= weakest).isEqualTo(wentOn);
    }
  }

  private static double f1(Journal.Entry entry) {
    return new Score(Map.of("f1", 1.0)).of(entry.outcome()).orElse(-1);
  }

  @Test
  void twoAtATimeTryTheSameCandidates() throws Exception {
    List<Trial> one = new ArrayList<>(trials(search(halving(20, 1), "one", SearchTest::measure)));
    Random random = new Random(1);
    List<Trial> two =
        new ArrayList<>(
            trials(
                search(
                    halving(20, 2),
                    "two",
                    trial -> {
                      Thread.sleep(random.nextInt(5));
                      return measure(trial);
                    })));
    Collections.sort(one, Comparator.comparing(Trial::toString));
    Collections.sort(two, Comparator.comparing(Trial::toString));
    assertThat(two).isEqualTo(one);
  }

  @Test
  void theTimeOfAllCallsTogetherIsKept() throws Exception {
    SearchPlan all = plan(new Strategy.Random(), 20);
    SearchPlan plan =
        new SearchPlan(
            RANGES,
            all.strategy(),
            all.score(),
            all.halving(),
            9,
            20,
            Optional.of(Duration.ofSeconds(70)),
            List.of(),
            3,
            1,
            1,
            1);
    AtomicLong clock = new AtomicLong();
    int[] run = {0};
    for (int call = 0; call < 3; call++) {
      try (Journal journal =
          Journal.open(folder.resolve("journal"), Map.of("seed", 3), clock::get)) {
        Search.Ending ending =
            new Search(
                    plan,
                    journal,
                    trial -> {
                      if (run[0] == 4 && clock.addAndGet(0) == 40_000_000_000L) {
                        run[0]++;
                        throw new IllegalStateException("killed");
                      }
                      clock.addAndGet(10_000_000_000L);
                      run[0]++;
                      return measure(trial);
                    },
                    entry -> {})
                .run();
        assertThat(ending).isEqualTo(Search.Ending.TIME);
      } catch (IllegalStateException e) {
        assertThat(call).isZero();
      }
    }
    assertThat(Journal.read(folder.resolve("journal"))).hasSize(7);
  }

  @Test
  void whatRunsWhenTheTimeIsUpIsStopped() throws Exception {
    SearchPlan all = plan(new Strategy.Random(), 20);
    SearchPlan plan =
        new SearchPlan(
            RANGES,
            all.strategy(),
            all.score(),
            all.halving(),
            9,
            20,
            Optional.of(Duration.ofMillis(50)),
            List.of(),
            3,
            1,
            1,
            1);
    boolean[] stopped = {false};
    List<Journal.Entry> entries =
        search(
            plan,
            "journal",
            trial -> {
              try {
                Thread.sleep(600_000);
              } catch (InterruptedException e) {
                stopped[0] = true;
                throw e;
              }
              return measure(trial);
            });
    assertThat(entries).isEmpty();
    assertThat(stopped[0]).isTrue();
  }

  @Test
  void aWarmStartComesFirst() throws Exception {
    Map<String, Object> best = Map.of("p", 0.6, "d", 0.9);
    SearchPlan all = plan(new Strategy.Genetic(4), 10);
    SearchPlan plan =
        new SearchPlan(
            RANGES,
            all.strategy(),
            all.score(),
            all.halving(),
            9,
            10,
            all.time(),
            List.of(best),
            3,
            1,
            1,
            1);
    List<Journal.Entry> entries = search(plan, "journal", SearchTest::measure);
    assertThat(entries).hasSize(10);
    assertThat(entries.get(0).trial().values()).isEqualTo(best);
  }

  @Test
  void theJournalOfAnotherSearchIsRefused() throws Exception {
    search(plan(new Strategy.Random(), 1), "journal", SearchTest::measure);
    assertThatThrownBy(() -> Journal.open(folder.resolve("journal"), Map.of("seed", 4)))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith(
            "is of a search with 'seed' 3, but now it is 4; choose another 'out', undo the change, or delete the folder.");
  }

  @Test
  void aJournalHasOneSearch() throws Exception {
    Path file = folder.resolve("journal");
    try (Journal journal = Journal.open(file, Map.of())) {
      assertThatThrownBy(() -> Journal.open(file, Map.of()))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "Another search works with the journal %s; wait for it, or choose another folder."
                  .formatted(file));
      assertThat(journal.entries()).isEmpty();
    }
  }

  @Test
  void anotherFileIsNoJournal() throws Exception {
    Path file = folder.resolve("journal");
    Files.writeString(file, "epoch,loss\n");
    assertThatThrownBy(() -> Journal.open(file, Map.of()))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "%s, line 1: this is not a line that a search wrote; choose another 'out', or delete the folder to start again."
                .formatted(file));
    assertThat(Files.readString(file)).isEqualTo("epoch,loss\n");
  }
}

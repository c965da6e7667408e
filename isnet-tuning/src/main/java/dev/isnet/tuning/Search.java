package dev.isnet.tuning;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;

/**
 * A search that cannot lose anything. It asks for the outcome of one trial after the other; what
 * the journal knows is not run again. Which trials are asked for follows from the plan and the
 * outcomes alone, never from time, so a search that was killed and is started again asks for the
 * same ones as an unbroken one: first for all that it had before, then for the next. Only its end
 * may come from the clock.
 */
public final class Search {
  /** Repetitions of a strategy after which nothing new is expected of it. */
  private static final int MOST_REPETITIONS = 1000;

  private final SearchPlan plan;
  private final Journal journal;
  private final TrialRunner runner;
  private final Listener listener;

  /** Is told of each trial that was run, in the thread that ran it. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A trial was run and written down.
     *
     * @param entry the trial with its outcome
     */
    void ran(Journal.Entry entry);
  }

  /** Why a search ended. */
  public enum Ending {
    /** All candidates of the plan were tried, or the ranges hold no others. */
    COMPLETE,
    /** The time was used up. */
    TIME
  }

  /**
   * Prepares a search.
   *
   * @param plan what is searched
   * @param journal what is known of it
   * @param runner trains and measures
   * @param listener is told of each trial
   */
  public Search(SearchPlan plan, Journal journal, TrialRunner runner, Listener listener) {
    this.plan = plan;
    this.journal = journal;
    this.runner = runner;
    this.listener = listener;
  }

  /**
   * Searches, or goes on.
   *
   * @return why it ended; the journal has all that was found
   * @throws InterruptedException if the thread was interrupted; no trial runs any more
   * @throws Exception what the runner says must end the search
   */
  public Ending run() throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(plan.parallel());
    try {
      new Run(workers).all();
      return Ending.COMPLETE;
    } catch (OutOfTime e) {
      journal.rest();
      return Ending.TIME;
    } finally {
      workers.shutdownNow();
      workers.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  private static final class OutOfTime extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /** A candidate with its number in the search. */
  private record Proposal(int number, Candidate<Map<String, Object>> candidate) {
    Map<String, Object> values() {
      return candidate.getValue();
    }
  }

  /** A candidate with what it scored when it was last looked at. */
  private record Scored(Proposal proposal, OptionalDouble score) {
    static final Comparator<Scored> BEST_FIRST =
        Comparator.comparingDouble((Scored scored) -> -scored.score.orElseThrow())
            .thenComparing(scored -> scored.proposal.number);
  }

  /** One pass through the search, from its beginning. */
  private final class Run {
    private final ExecutorService workers;
    private final ConfigurationSpace space = ConfigurationSpace.of(plan.ranges());
    private final CandidateGenerator generator = plan.strategy().generator(space, plan.seed());
    private final Set<Map<String, Object>> known = new HashSet<>();
    private int proposed;
    private volatile boolean ended;

    Run(ExecutorService workers) {
      this.workers = workers;
    }

    void all() throws Exception {
      report(tried(first()));
      int size = plan.halving().map(halving -> halving.bracket(plan.epochs())).orElse(64);
      int made = 0; // By the strategy.
      while (proposed < plan.candidates()) {
        int most = Math.min(plan.strategy().batch(made), plan.candidates() - proposed);
        List<Scored> batch = new ArrayList<>();
        while (batch.size() < most) {
          List<Proposal> bracket = propose(Math.min(size, most - batch.size()));
          if (bracket.isEmpty()) {
            break;
          }
          batch.addAll(tried(bracket));
        }
        if (batch.isEmpty()) {
          break;
        }
        report(batch);
        made += batch.size();
      }
      seedsOfWinner();
    }

    /** Trains the best two again with other seeds. */
    private void seedsOfWinner() throws Exception {
      if (plan.seedsOfWinner() == 1) {
        return;
      }
      List<Journal.Entry> ofOneSeed =
          journal.entries().stream()
              .filter(entry -> entry.trial().seed() == plan.trainingSeed())
              .toList();
      List<Trial> trials = new ArrayList<>();
      for (Results.Tried best : Results.of(ofOneSeed, plan).ranking().stream().limit(2).toList()) {
        for (int i = 0; i < plan.seedsOfWinner(); i++) {
          trials.add(
              new Trial(best.candidate(), best.values(), plan.epochs(), plan.trainingSeed() + i));
        }
      }
      outcomes(trials);
    }

    private List<Proposal> first() {
      List<Proposal> first = new ArrayList<>();
      for (Map<String, Object> values : plan.first()) {
        double[] at =
            plan.ranges().entrySet().stream()
                .mapToDouble(range -> range.getValue().position(values.get(range.getKey())))
                .toArray();
        if (proposed < plan.candidates() && known.add(values)) {
          first.add(new Proposal(proposed, new Candidate<>(values, proposed++, at)));
        }
      }
      return first;
    }

    /** New candidates, at most so many. */
    private List<Proposal> propose(int most) {
      List<Proposal> proposals = new ArrayList<>();
      int repetitions = 0;
      while (proposals.size() < most
          && repetitions < MOST_REPETITIONS
          && generator.hasMoreCandidates()) {
        @SuppressWarnings("unchecked") // The generator makes what its space holds.
        Candidate<Map<String, Object>> candidate = generator.getCandidate();
        if (candidate.getException() == null && known.add(candidate.getValue())) {
          proposals.add(new Proposal(proposed++, candidate));
          repetitions = 0;
        } else {
          repetitions++;
        }
      }
      return proposals;
    }

    /** The candidates with their scores; those that ended early have none. */
    private List<Scored> tried(List<Proposal> proposals) throws Exception {
      if (proposals.isEmpty()) {
        return List.of();
      }
      List<Integer> rungs =
          plan.halving()
              .map(halving -> halving.rungs(plan.epochs()))
              .orElse(List.of(plan.epochs()));
      List<Scored> ended = new ArrayList<>();
      List<Proposal> going = proposals;
      for (int rung = 0; rung < rungs.size(); rung++) {
        List<Scored> scored = scored(going, rungs.get(rung));
        int goOn =
            rung == rungs.size() - 1
                ? 0
                : plan.halving().map(halving -> halving.promoted(scored.size())).orElse(0);
        List<Scored> best =
            scored.stream()
                .filter(each -> each.score().isPresent())
                .sorted(Scored.BEST_FIRST)
                .limit(goOn)
                .toList();
        boolean last = rung == rungs.size() - 1;
        for (Scored each : scored) {
          if (!best.contains(each)) {
            // Scores after different numbers of epochs cannot be compared: an early one is none.
            ended.add(last ? each : new Scored(each.proposal(), OptionalDouble.empty()));
          }
        }
        going = best.stream().map(Scored::proposal).toList();
      }
      ended.sort(Comparator.comparing(each -> each.proposal().number()));
      return ended;
    }

    private List<Scored> scored(List<Proposal> proposals, int epochs) throws Exception {
      List<Outcome> outcomes =
          outcomes(
              proposals.stream()
                  .map(p -> new Trial(p.number(), p.values(), epochs, plan.trainingSeed()))
                  .toList());
      List<Scored> scored = new ArrayList<>();
      for (int i = 0; i < outcomes.size(); i++) {
        scored.add(new Scored(proposals.get(i), plan.score().of(outcomes.get(i))));
      }
      return scored;
    }

    /** In the order of the candidates, whichever of them was ready first. */
    private void report(List<Scored> batch) {
      for (Scored each : batch) {
        Double score = each.score().isPresent() ? each.score().getAsDouble() : null;
        generator.reportResults(
            new OptimizationResult(
                each.proposal().candidate(), score, each.proposal().number(), null, null, null));
      }
    }

    /** Asks for the outcomes of trials that do not depend on each other. */
    private List<Outcome> outcomes(List<Trial> trials) throws Exception {
      List<Future<Outcome>> futures = new ArrayList<>();
      for (Trial trial : trials) {
        futures.add(
            journal
                .outcome(trial)
                .<Future<Outcome>>map(CompletableFuture::completedFuture)
                .orElseGet(() -> workers.submit(() -> run(trial))));
      }
      List<Outcome> outcomes = new ArrayList<>();
      for (Future<Outcome> future : futures) {
        outcomes.add(get(future));
      }
      return outcomes;
    }

    private Outcome get(Future<Outcome> future) throws Exception {
      try {
        Optional<Duration> left = plan.time().map(time -> time.minus(journal.elapsed()));
        if (left.isEmpty() || future.isDone()) {
          return future.get();
        }
        return future.get(Math.max(0, left.get().toMillis()), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        throw new OutOfTime();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Exception cause) {
          throw cause;
        }
        throw e;
      }
    }

    private Outcome run(Trial trial) throws Exception {
      if (ended || plan.time().filter(time -> journal.elapsed().compareTo(time) >= 0).isPresent()) {
        throw new OutOfTime();
      }
      long start = System.nanoTime();
      try {
        Outcome outcome = runner.run(trial);
        listener.ran(journal.add(trial, outcome, (System.nanoTime() - start) / 1_000_000 / 1e3));
        return outcome;
      } catch (Exception e) {
        ended =
            true; // This thread must not begin the next trial before the search has heard of it.
        throw e;
      }
    }
  }
}

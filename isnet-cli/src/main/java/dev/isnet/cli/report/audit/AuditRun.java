package dev.isnet.cli.report.audit;

import dev.isnet.audit.AuditPlan;
import dev.isnet.audit.AuditResult;
import dev.isnet.audit.AuditedNetwork;
import dev.isnet.audit.Verdict;
import dev.isnet.data.Split;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.List;

/**
 * An audit with what it was made from.
 *
 * @param model the model's file
 * @param labels the labels file, or the data set's folder where there is none
 * @param split the images
 * @param command the command that repeats it
 * @param started when it began
 * @param audited the network
 * @param guesses what was guessed about the network, in sentences
 * @param plan how much was done
 * @param result what was found
 */
public record AuditRun(
    Path model,
    Path labels,
    Split split,
    String command,
    ZonedDateTime started,
    AuditedNetwork audited,
    List<String> guesses,
    AuditPlan plan,
    AuditResult result) {

  /** Copies the list. */
  public AuditRun {
    guesses = List.copyOf(guesses);
  }

  /** The result in words. */
  public Verdict verdict() {
    return Verdict.of(result);
  }

  /** Images without a mask. */
  long unmasked() {
    return result.images().size() - result.counted();
  }
}

package dev.isnet.cli.report;

import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the numbers of a report come from.
 *
 * @param commandLine the command that repeats the run
 * @param seed the run's seed
 * @param started when the run began
 * @param duration how long it took
 * @param facts what else is needed to repeat it: versions, data, machine; shown in this order
 */
public record RunInfo(
    String commandLine,
    long seed,
    ZonedDateTime started,
    Duration duration,
    Map<String, String> facts) {

  public RunInfo {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
  }
}

package dev.isnet.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A part of a page under a title.
 *
 * @param title as in "Results"
 * @param blocks what it shows, one below the other
 * @param source where its numbers come from, if it has any
 */
public record Section(String title, List<Block> blocks, Optional<Source> source) {

  private static final String CONFIGURATION = "How this was made";

  /** Copies the list. */
  public Section {
    blocks = List.copyOf(blocks);
  }

  /** A section without numbers. */
  public static Section of(String title, Block... blocks) {
    return new Section(title, List.of(blocks), Optional.empty());
  }

  /** A section with a source. */
  public Section madeBy(Source source) {
    return new Section(title, blocks, Optional.of(source));
  }

  /** A section with further blocks at its end. */
  public Section and(Block... more) {
    List<Block> all = new ArrayList<>(blocks);
    all.addAll(List.of(more));
    return new Section(title, all, source);
  }

  /**
   * The section that says how a page was made.
   *
   * @param command the command that makes it again
   * @param facts what else is needed: seed, versions, data
   * @param settings the effective configuration; may be empty
   */
  public static Section howItWasMade(String command, Facts facts, String settings) {
    return howItWasMade(
        command, facts, settings.isEmpty() ? Map.of() : Map.of("Effective settings", settings));
  }

  /**
   * The section that says how a page of several systems was made.
   *
   * @param command the command that makes it again
   * @param facts what else is needed: seed, versions, data
   * @param settings the effective configurations by what they are, in their order
   */
  public static Section howItWasMade(String command, Facts facts, Map<String, String> settings) {
    Section section = of(CONFIGURATION, new Code(command), facts);
    for (Map.Entry<String, String> each : settings.entrySet()) {
      section = section.and(new Heading(each.getKey()), new Code(each.getValue()));
    }
    return section;
  }

  /** What links to the section point to: its title in small letters. */
  String anchor() {
    return anchor(title);
  }

  /** What links to {@link #howItWasMade} point to. */
  static String configuration() {
    return anchor(CONFIGURATION);
  }

  private static String anchor(String title) {
    return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }
}

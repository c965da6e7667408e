package dev.isnet.cli.report;

import java.util.OptionalInt;

/**
 * A heading within a section.
 *
 * @param text what follows
 * @param colour the colour of the system that what follows is about, if it is about one
 */
public record Heading(String text, OptionalInt colour) implements Block {

  /** A heading without a colour. */
  public Heading(String text) {
    this(text, OptionalInt.empty());
  }
}

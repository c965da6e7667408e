package dev.isnet.cli.report;

import java.util.List;

/**
 * Sentences one below the other, each for itself.
 *
 * @param sentences in this order
 */
public record Bullets(List<String> sentences) implements Block {

  /** Copies the list. */
  public Bullets {
    sentences = List.copyOf(sentences);
  }
}

package dev.isnet.cli.report;

import java.util.List;

/**
 * Blocks side by side where there is room, else one below the other.
 *
 * @param blocks usually charts
 */
public record Columns(List<? extends Block> blocks) implements Block {

  /** Copies the list. */
  public Columns {
    blocks = List.copyOf(blocks);
  }

  /** The blocks in the order given. */
  public static Columns of(Block... blocks) {
    return new Columns(List.of(blocks));
  }
}

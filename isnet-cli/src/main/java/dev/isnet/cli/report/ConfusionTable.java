package dev.isnet.cli.report;

import dev.isnet.evaluate.ConfusionMatrix;

/**
 * A confusion matrix: rows are true classes, columns what the classifier said.
 *
 * @param caption what it is of
 * @param matrix the counts
 */
public record ConfusionTable(String caption, ConfusionMatrix matrix) implements Block {

  /** How dark a cell is: tenths of its row. */
  int shade(int truth, int predicted) {
    long row = matrix.support(truth);
    return row == 0 ? 0 : Math.round(10f * matrix.count(truth, predicted) / row);
  }
}

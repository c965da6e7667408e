package dev.isnet.train;

import dev.isnet.data.InputException;

/** Training came upon a loss or gradient that is not a number. */
public final class DivergedException extends InputException {

  private static final long serialVersionUID = 1L;

  DivergedException(int epoch, int step, String term) {
    super(
        ("Training diverged in epoch %d, step %d: the %s is not a finite number; raise d, lower the learning rate or"
                + " clip the gradient's norm.")
            .formatted(epoch + 1, step + 1, term));
  }
}

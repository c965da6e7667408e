package dev.isnet.cli;

import dev.isnet.data.InputException;

/**
 * The program was asked for something it does not offer: an option, a key or a value that does not
 * exist. Ends the program with exit code 2, where another {@link InputException} ends it with 1.
 */
public final class WrongUseException extends InputException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message one complete sentence
   */
  public WrongUseException(String message) {
    super(message);
  }
}

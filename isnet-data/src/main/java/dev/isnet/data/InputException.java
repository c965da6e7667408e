package dev.isnet.data;

/**
 * A user's mistake or a bad file. The message is one complete sentence that says what was wrong,
 * where (file, line, column), what was found and what was expected; it is shown as it stands,
 * without a stack trace.
 */
public class InputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message one complete sentence
   */
  public InputException(String message) {
    super(message);
  }

  /**
   * Makes the exception with the failure behind it.
   *
   * @param message one complete sentence
   * @param cause what the library or the file system reported
   */
  public InputException(String message, Throwable cause) {
    super(message, cause);
  }
}

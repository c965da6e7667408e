package dev.isnet.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program {@code isnet}. */
public final class Main {
  private Main() {}

  /**
   * Runs a command and ends the JVM with its exit code: 0 done, 1 failed, 2 wrong use.
   *
   * @param args the command and its arguments
   */
  public static void main(String[] args) {
    // Libraries print on System.out as they please; results must stay the only thing on stdout.
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    PrintWriter out =
        new PrintWriter(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = run(out, err, args);
    if (out.checkError()) {
      err.println("isnet: The results cannot be written to the standard output.");
      code = Failures.FAILED;
    }
    System.exit(code);
  }

  /** Runs a command with the given streams. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine commandLine = new CommandLine(new IsnetCommand());
    commandLine.setOut(out).setErr(err);
    commandLine.setParameterExceptionHandler(
        (mistake, all) -> {
          CommandLine command = mistake.getCommandLine();
          if (mistake instanceof MissingCommandException) {
            command.usage(err);
          } else {
            err.println("isnet: " + sentence(mistake, command));
          }
          err.flush();
          return Failures.WRONG_USE;
        });
    commandLine.setExecutionExceptionHandler(
        (failure, command, parsed) -> Failures.report(failure, err));
    try {
      return commandLine.execute(args);
    } catch (Error e) { // Such as OutOfMemoryError, which picocli lets through.
      return Failures.report(e, err);
    }
  }

  private static String sentence(ParameterException mistake, CommandLine command) {
    String help = "; see '" + command.getCommandSpec().qualifiedName() + " --help'.";
    if (mistake instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().get(0);
      Optional<String> near = unmatched.getSuggestions().stream().findFirst();
      return (word.startsWith("-")
              ? "There is no option '%s'".formatted(word)
              : command.getSubcommands().isEmpty()
                  ? "The argument '%s' is one too many".formatted(word)
                  : "There is no command '%s'".formatted(word))
          + near.map("; did you mean '%s'?"::formatted).orElse(help);
    }
    return mistake
            .getMessage()
            .replaceFirst("[.]$", "")
            .replaceFirst("is not an? (int|long)$", "is no whole number")
            .replaceFirst("is not a double$", "is no number")
        + help;
  }

  /** A command that only groups others was called by itself. */
  static final class MissingCommandException extends ParameterException {
    private static final long serialVersionUID = 1L;

    MissingCommandException(CommandLine command) {
      super(command, "A command is missing.");
    }
  }
}

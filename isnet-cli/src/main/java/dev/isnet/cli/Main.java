package dev.isnet.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

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
    out.flush();
    System.exit(code);
  }

  /** Runs a command with the given streams. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine commandLine = new CommandLine(new IsnetCommand());
    commandLine.setOut(out).setErr(err);
    commandLine.setParameterExceptionHandler(
        (mistake, all) -> {
          err.println("isnet: " + mistake.getMessage() + suggestion(mistake));
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

  private static String suggestion(CommandLine.ParameterException mistake) {
    String help = " See '" + mistake.getCommandLine().getCommandSpec().qualifiedName() + " --help'.";
    if (mistake instanceof CommandLine.UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      return "; did you mean '" + unmatched.getSuggestions().get(0) + "'?" + help;
    }
    return (mistake.getMessage().endsWith(".") ? "" : ".") + help;
  }
}

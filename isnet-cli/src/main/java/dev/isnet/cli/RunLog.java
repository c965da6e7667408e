package dev.isnet.cli;

import dev.isnet.data.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.ErrorHandler;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.FileAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.layout.PatternLayout;

/** The run folder's {@code isnet.log}, which gets everything that is logged during a run. */
public final class RunLog {
  private static final String APPENDER = "run";

  private RunLog() {}

  /** A failure whose stack trace is in a log already. */
  static final class LoggedFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Path log;

    LoggedFailure(Throwable cause, Path log) {
      super(cause);
      this.log = log;
    }

    Path log() {
      return log;
    }
  }

  /**
   * Does some work and logs to a file meanwhile; an earlier run's lines in it are kept.
   *
   * @param <T> what the work results in
   * @param file the log file
   * @param work the work
   * @return its result
   * @throws Exception what the work throws, unexpected failures with the log file attached
   */
  public static <T> T during(Path file, Callable<T> work) throws Exception {
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    start(context.getConfiguration(), file);
    context.updateLoggers();
    try {
      return work.call();
    } catch (InputException | LoggedFailure e) {
      throw e;
    } catch (Throwable e) { // An OutOfMemoryError is a result to be told, too.
      try {
        append(file, e);
      } catch (IOException second) {
        e.addSuppressed(second); // The disk is full, perhaps; the first failure is what matters.
      }
      throw new LoggedFailure(e, file);
    } finally {
      stop(context.getConfiguration());
      context.updateLoggers();
    }
  }

  /** Adds a stack trace to a log file. */
  static void append(Path file, Throwable failure) throws IOException {
    try (PrintWriter out =
        new PrintWriter(
            Files.newBufferedWriter(
                file,
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND))) {
      failure.printStackTrace(out);
    }
  }

  private static void start(Configuration configuration, Path file) {
    FileAppender appender =
        FileAppender.newBuilder()
            .setName(APPENDER)
            .setConfiguration(configuration)
            .setLayout(
                PatternLayout.newBuilder()
                    .withConfiguration(configuration)
                    .withPattern("%d{ISO8601} %-5level %logger{1}: %msg%n%throwable")
                    .build())
            .withFileName(file.toString())
            .withAppend(true)
            .build();
    appender.setHandler(new NoErrors());
    appender.start();
    configuration.addAppender(appender);
    configuration.getRootLogger().addAppender(appender, Level.INFO, null);
  }

  /** A disk too full for the log is told once, by what cannot do without the disk. */
  private static final class NoErrors implements ErrorHandler {
    @Override
    public void error(String message) {}

    @Override
    public void error(String message, Throwable failure) {}

    @Override
    public void error(String message, LogEvent event, Throwable failure) {}
  }

  private static void stop(Configuration configuration) {
    configuration.getRootLogger().removeAppender(APPENDER);
    configuration.getAppender(APPENDER).stop();
    configuration.getAppenders().remove(APPENDER);
  }
}

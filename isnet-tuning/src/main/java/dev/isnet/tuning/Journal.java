package dev.isnet.tuning;

import dev.isnet.data.FileFailure;
import dev.isnet.data.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * All that a search has found, one JSON object a line, only ever appended to and brought to the
 * disk line by line. The first line says what is searched; each further one is a trial with its
 * outcome, or the time that the search has taken. A search that starts again finds here the answers
 * that it has had before; a line that was being written when the program died is cut off.
 */
public final class Journal implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileChannel channel;
  private final FileLock lock;
  private final Map<Key, Entry> entries;
  private final double before;
  private final LongSupplier nanos;
  private final long start;

  private record Key(int candidate, int epochs, long seed) {
    static Key of(Trial trial) {
      return new Key(trial.candidate(), trial.epochs(), trial.seed());
    }
  }

  /**
   * A trial with its outcome.
   *
   * @param trial what was asked
   * @param outcome what came of it
   * @param seconds the time that the trial took
   * @param elapsed seconds of the search when it ended
   */
  public record Entry(Trial trial, Outcome outcome, double seconds, double elapsed) {}

  private Journal(FileChannel channel, FileLock lock, Contents contents, LongSupplier nanos) {
    this.channel = channel;
    this.lock = lock;
    this.nanos = nanos;
    this.start = nanos.getAsLong();
    this.before = contents.elapsed;
    this.entries = new LinkedHashMap<>();
    contents.entries.forEach(entry -> entries.put(Key.of(entry.trial()), entry));
  }

  /**
   * Opens a journal, or begins one.
   *
   * @param file the file; its folder is created when it is missing
   * @param search names and values of all that decides which candidates are tried
   * @return the journal, which nobody else can open until it is closed
   * @throws InputException if another process has it open, it is that of another search, or it
   *     cannot be read
   */
  public static Journal open(Path file, Map<String, ?> search) {
    return open(file, search, System::nanoTime);
  }

  static Journal open(Path file, Map<String, ?> search, LongSupplier nanos) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        FileLock lock = lock(channel, file);
        Contents contents = Contents.read(channel, file);
        channel.truncate(contents.length).position(contents.length);
        Journal journal = new Journal(channel, lock, contents, nanos);
        JsonNode wanted = JSON.readTree(JSON.writeValueAsString(search));
        if (contents.search.isPresent()) {
          requireSame(contents.search.get(), wanted, file);
        } else {
          journal.append(Map.of("search", wanted));
        }
        return journal;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new InputException(
          "The journal %s cannot be opened (%s).".formatted(file, FileFailure.reason(e)), e);
    }
  }

  /**
   * Reads a journal, whether or not a search is writing it.
   *
   * @param file the file
   * @return the entries in the order in which they were written
   * @throws InputException if it is not there or cannot be read
   */
  public static List<Entry> read(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return Contents.read(channel, file).entries;
    } catch (IOException e) {
      throw new InputException(
          "The journal %s cannot be read (%s).".formatted(file, FileFailure.reason(e)), e);
    }
  }

  private static FileLock lock(FileChannel channel, Path file) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new InputException(
          "Another search works with the journal %s; wait for it, or choose another folder."
              .formatted(file));
    }
    return lock;
  }

  private static void requireSame(JsonNode before, JsonNode now, Path file) {
    Set<String> names = new LinkedHashSet<>();
    before.fieldNames().forEachRemaining(names::add);
    now.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      if (!before.path(name).equals(now.path(name))) {
        throw new InputException(
            "The journal %s is of a search with '%s' %s, but now it is %s; choose another 'out', undo the change, or delete the folder."
                .formatted(file, name, text(before.path(name)), text(now.path(name))));
      }
    }
  }

  private static String text(JsonNode node) {
    return node.isMissingNode() ? "not set" : node.isTextual() ? node.asText() : node.toString();
  }

  /**
   * What is known of a trial.
   *
   * @param trial the trial
   * @return its outcome, if it has been run
   * @throws InputException if the journal has other values for this candidate
   */
  public synchronized Optional<Outcome> outcome(Trial trial) {
    Optional<Entry> known = Optional.ofNullable(entries.get(Key.of(trial)));
    known.ifPresent(
        entry -> {
          if (!JSON.valueToTree(entry.trial().values()).equals(JSON.valueToTree(trial.values()))) {
            throw new InputException(
                "The journal has %s as candidate %d, where the search now has %s; delete the folder to start again."
                    .formatted(entry.trial().values(), trial.candidate(), trial.values()));
          }
        });
    return known.map(Entry::outcome);
  }

  /**
   * Writes an outcome down; it is on the disk when this returns.
   *
   * @param trial what was asked
   * @param outcome what came of it
   * @param seconds the time that the trial took
   * @return the entry
   * @throws UncheckedIOException if it cannot be written
   */
  public synchronized Entry add(Trial trial, Outcome outcome, double seconds) {
    Entry entry = new Entry(trial, outcome, seconds, elapsed().toMillis() / 1e3);
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("candidate", trial.candidate());
    line.put("epochs", trial.epochs());
    line.put("seed", trial.seed());
    line.put("values", trial.values());
    if (outcome instanceof Outcome.Measured measured) {
      line.put("measures", measured.measures());
    } else if (outcome instanceof Outcome.Failed failed) {
      line.put("failed", failed.reason());
    }
    line.put("seconds", seconds);
    line.put("elapsed", entry.elapsed());
    append(line);
    entries.put(Key.of(trial), entry);
    return entry;
  }

  /** Writes the time down that the search has taken, so that a later call counts it. */
  public synchronized void rest() {
    append(Map.of("elapsed", elapsed().toMillis() / 1e3));
  }

  /** The time that the search has taken, earlier calls included. */
  public Duration elapsed() {
    return Duration.ofNanos((long) (before * 1e9) + nanos.getAsLong() - start);
  }

  /** All entries in the order in which they were written. */
  public synchronized List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  private void append(Map<String, ?> line) {
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      lock.release();
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a file holds, up to its last whole line. */
  private record Contents(
      Optional<JsonNode> search, List<Entry> entries, double elapsed, long length) {

    static Contents read(FileChannel channel, Path file) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
      while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
        continue;
      }
      int length = bytes.position();
      while (length > 0 && bytes.get(length - 1) != '\n') {
        length--;
      }
      Optional<JsonNode> search = Optional.empty();
      List<Entry> entries = new ArrayList<>();
      double elapsed = 0;
      int number = 0;
      for (String line :
          new String(bytes.array(), 0, length, StandardCharsets.UTF_8).lines().toList()) {
        number++;
        JsonNode node = parse(line, number, file);
        if (number == 1) {
          search = Optional.of(node.path("search"));
          continue;
        }
        elapsed = node.path("elapsed").asDouble();
        if (node.has("candidate")) {
          entries.add(entry(node));
        }
      }
      return new Contents(search, entries, elapsed, length);
    }

    private static JsonNode parse(String line, int number, Path file) {
      try {
        JsonNode node = JSON.readTree(line);
        if (node != null && node.has(number == 1 ? "search" : "elapsed")) {
          return node;
        }
      } catch (JsonProcessingException e) {
        // Told below, like a line of something else.
      }
      throw new InputException(
          "%s, line %d: this is not a line that a search wrote; choose another 'out', or delete the folder to start again."
              .formatted(file, number));
    }

    private static Entry entry(JsonNode node) {
      Trial trial =
          new Trial(
              node.path("candidate").asInt(),
              JSON.convertValue(node.path("values"), new MapOfValues()),
              node.path("epochs").asInt(),
              node.path("seed").asLong());
      Outcome outcome =
          node.has("failed")
              ? new Outcome.Failed(node.path("failed").asText())
              : new Outcome.Measured(JSON.convertValue(node.path("measures"), new MapOfMeasures()));
      return new Entry(
          trial, outcome, node.path("seconds").asDouble(), node.path("elapsed").asDouble());
    }
  }

  private static final class MapOfValues
      extends org.nd4j.shade.jackson.core.type.TypeReference<LinkedHashMap<String, Object>> {}

  private static final class MapOfMeasures
      extends org.nd4j.shade.jackson.core.type.TypeReference<LinkedHashMap<String, Double>> {}
}

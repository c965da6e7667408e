package dev.isnet.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The record of masks that were made: a CSV file to which a line is added before each mask appears,
 * so that no mask is without one. Only one process has it open.
 */
final class MaskRecord implements AutoCloseable {
  private static final String HEADER = "file,mask,sha256,segmenter,threshold,foreground\n";
  private static final int COLUMNS = 6;

  /**
   * One mask.
   *
   * @param file the image, relative to the data set's folder
   * @param mask the mask, relative to it; empty when there was no foreground
   * @param sha256 of the mask's file; empty without one
   * @param segmenter SHA-256 of the segmenter's file
   * @param threshold the probability above which a pixel is foreground
   * @param foreground share of the image
   */
  record Line(
      String file,
      String mask,
      String sha256,
      String segmenter,
      double threshold,
      double foreground) {
    private String text() {
      return String.join(
              ",",
              List.of(
                  DatasetWriter.quoted(file),
                  DatasetWriter.quoted(mask),
                  sha256,
                  segmenter,
                  Double.toString(threshold),
                  Double.toString(foreground)))
          + "\n";
    }
  }

  private final Map<String, Line> lines = new HashMap<>();
  private final FileChannel channel;

  private MaskRecord(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens a record, or starts one.
   *
   * @throws InputException if another process has it open, or it is no such record
   */
  static MaskRecord open(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      lock(channel, file);
      MaskRecord record = new MaskRecord(channel);
      record.read(file);
      return record;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void lock(FileChannel channel, Path file) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return; // until the channel is closed
      }
    } catch (OverlappingFileLockException e) {
      // by this process; told below
    }
    throw new InputException(
        "Another isnet process makes masks for this data set (it has %s open); wait for it."
            .formatted(file));
  }

  private void read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
      // until all is there
    }
    String text = new String(bytes.array(), StandardCharsets.UTF_8);
    // What a killed run did not finish writing counts as not written.
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    channel.truncate(whole.getBytes(StandardCharsets.UTF_8).length);
    channel.position(channel.size());
    if (whole.isEmpty()) {
      write(HEADER);
      return;
    }
    if (!whole.startsWith(HEADER)) {
      throw notOurs(file);
    }
    List<CsvReader.Row> rows = CsvReader.rows(whole, file.toString());
    for (CsvReader.Row row : rows.subList(1, rows.size())) {
      List<String> f = row.fields();
      if (f.size() != COLUMNS) {
        throw notOurs(file);
      }
      try {
        Line line =
            new Line(
                f.get(0),
                f.get(1),
                f.get(2),
                f.get(3),
                Double.parseDouble(f.get(4)),
                Double.parseDouble(f.get(5)));
        lines.put(line.file(), line);
      } catch (NumberFormatException e) {
        throw notOurs(file);
      }
    }
  }

  private static InputException notOurs(Path file) {
    return new InputException(
        "%s is no record of masks that were made; move it away.".formatted(file));
  }

  /** The last line about an image. */
  Optional<Line> about(String file) {
    return Optional.ofNullable(lines.get(file));
  }

  void add(Line line) throws IOException {
    write(line.text());
    lines.put(line.file(), line);
  }

  private void write(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

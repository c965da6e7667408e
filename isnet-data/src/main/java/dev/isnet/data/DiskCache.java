package dev.isnet.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store whose images, decoded and resized, are kept in a folder, bit for bit. An entry is used
 * only while {@link ImageStore#version} is the one that it was made of; one that is cut off or
 * changed is made anew.
 */
final class DiskCache implements ImageStore {
  private static final Logger LOG = LoggerFactory.getLogger(DiskCache.class);
  private static final int CHECKSUM = 8;

  private final ImageStore store;
  private final Path folder;
  private final AtomicBoolean complained = new AtomicBoolean();

  /**
   * Makes a cache.
   *
   * @throws InputException if the folder cannot be made
   */
  DiskCache(ImageStore store, Path folder) {
    this.store = store;
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new InputException(
          "The cache folder '%s' cannot be made (%s: %s)."
              .formatted(folder, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  @Override
  public Pixels load(int index) {
    Optional<String> version = store.version(index);
    if (version.isEmpty()) {
      return store.load(index);
    }
    byte[] head = version.get().getBytes(StandardCharsets.UTF_8);
    String key = hash(store.name(index) + " " + store.imageSize());
    Path file = folder.resolve(key.substring(0, 2)).resolve(key);
    Optional<Pixels> found = read(file, head);
    if (found.isPresent()) {
      return found.get();
    }
    Pixels loaded = store.load(index);
    write(file, head, loaded);
    return loaded;
  }

  private Optional<Pixels> read(Path file, byte[] head) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
      ImageSize size = store.imageSize();
      int start = 4 + head.length;
      // Then the image, its mask, the number of masks of classes, each with its class, a checksum.
      int count = start + 1 + 4 * size.values() + size.area();
      if (in.limit() < count + 4 + CHECKSUM) {
        return Optional.empty();
      }
      int masks = in.getInt(count);
      long length = count + 4 + masks * (4L + size.area()) + CHECKSUM;
      if (in.limit() != length
          || in.getInt(0) != head.length
          || !in.slice(4, head.length).equals(ByteBuffer.wrap(head))
          || in.getLong(in.limit() - CHECKSUM) != checksum(in.array(), in.limit() - CHECKSUM)) {
        return Optional.empty();
      }
      float[] image = new float[size.values()];
      in.position(start + 1);
      in.asFloatBuffer().get(image);
      if (in.get(start) == 0) {
        return Optional.of(new Pixels(size, image, Optional.empty()));
      }
      boolean[] mask = mask(in, count - size.area(), size);
      Map<Integer, boolean[]> ofClasses = new HashMap<>();
      for (int i = 0; i < masks; i++) {
        int at = count + 4 + i * (4 + size.area());
        ofClasses.put(in.getInt(at), mask(in, at + 4, size));
      }
      return Optional.of(new Pixels(size, image, Optional.of(mask), ofClasses));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean[] mask(ByteBuffer in, int from, ImageSize size) {
    boolean[] mask = new boolean[size.area()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = in.get(from + i) != 0;
    }
    return mask;
  }

  private void write(Path file, byte[] head, Pixels pixels) {
    int area = pixels.size().area();
    int bytes = 4 + head.length + 1 + 4 * pixels.image().length + area + 4 + CHECKSUM;
    ByteBuffer out = ByteBuffer.allocate(bytes + pixels.classMasks().size() * (4 + area));
    out.putInt(head.length).put(head).put((byte) (pixels.mask().isPresent() ? 1 : 0));
    FloatBuffer floats = out.asFloatBuffer();
    floats.put(pixels.image());
    out.position(out.position() + 4 * pixels.image().length);
    put(pixels.mask().orElseGet(() -> new boolean[area]), out);
    out.putInt(pixels.classMasks().size());
    pixels
        .classMasks()
        .forEach(
            (k, mask) -> {
              out.putInt(k);
              put(mask, out);
            });
    out.putLong(checksum(out.array(), out.position()));
    try {
      Files.createDirectories(file.getParent());
      Path part = Files.createTempFile(file.getParent(), "part", "");
      try {
        Files.write(part, out.array());
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      // A full disk must not end a training that does not need the cache.
      if (complained.compareAndSet(false, true)) {
        LOG.warn("The cache folder {} cannot be written; images are decoded every time", folder, e);
      }
    }
  }

  private static void put(boolean[] mask, ByteBuffer out) {
    for (boolean cell : mask) {
      out.put((byte) (cell ? 1 : 0));
    }
  }

  private static long checksum(byte[] bytes, int length) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 0, length);
    return checksum.getValue();
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, 32);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public List<String> classes() {
    return store.classes();
  }

  @Override
  public ImageSize imageSize() {
    return store.imageSize();
  }

  @Override
  public int size() {
    return store.size();
  }

  @Override
  public int label(int index) {
    return store.label(index);
  }

  @Override
  public float[] targets(int index) {
    return store.targets(index);
  }

  @Override
  public float[] weights(int index) {
    return store.weights(index);
  }

  @Override
  public boolean hasClassMasks() {
    return store.hasClassMasks();
  }

  @Override
  public String name(int index) {
    return store.name(index);
  }

  @Override
  public Optional<String> version(int index) {
    return store.version(index);
  }
}

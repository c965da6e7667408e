package dev.isnet.tuning.arbiter;

import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.data.MaskedImages;
import dev.isnet.data.Split;
import java.nio.file.Path;
import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;

/**
 * Arbiter's view of a data folder: its training split, shuffled, and its validation split, both as
 * {@link MaskedImageSource}.
 */
public final class ManifestDataSource implements DataSource {
  private static final long serialVersionUID = 1L;

  private static final String FOLDER = "folder";
  private static final String HEIGHT = "height";
  private static final String WIDTH = "width";
  private static final String CHANNELS = "channels";
  private static final String BATCH = "batch";
  private static final String SEED = "seed";

  private Properties properties = new Properties();

  /**
   * What {@link #configure} takes.
   *
   * @param folder the data folder, with its labels file
   * @param size what images are brought to
   * @param batch images per step
   * @param seed of the order
   * @return properties
   */
  public static Properties properties(Path folder, ImageSize size, int batch, long seed) {
    Properties properties = new Properties();
    properties.setProperty(FOLDER, folder.toString());
    properties.setProperty(HEIGHT, Integer.toString(size.height()));
    properties.setProperty(WIDTH, Integer.toString(size.width()));
    properties.setProperty(CHANNELS, Integer.toString(size.channels()));
    properties.setProperty(BATCH, Integer.toString(batch));
    properties.setProperty(SEED, Long.toString(seed));
    return properties;
  }

  @Override
  public void configure(Properties given) {
    properties = given;
  }

  @Override
  public Object trainData() {
    return images(Split.TRAIN, true);
  }

  @Override
  public Object testData() {
    return images(Split.VAL, false);
  }

  private MaskedImages images(Split split, boolean shuffle) {
    DatasetManifest manifest =
        DatasetManifest.read(Path.of(text(FOLDER)), DatasetManifest.LABELS_FILE);
    ImageSize size =
        new ImageSize((int) number(HEIGHT), (int) number(WIDTH), (int) number(CHANNELS));
    return MaskedImages.builder(manifest, split, size)
        .optBatch((int) number(BATCH))
        .optSeed(number(SEED))
        .optShuffle(shuffle)
        .build();
  }

  private long number(String key) {
    try {
      return Long.parseLong(text(key));
    } catch (NumberFormatException e) {
      throw new InputException(
          "The data source's property '%s' is '%s', but must be a whole number."
              .formatted(key, text(key)),
          e);
    }
  }

  private String text(String key) {
    String value = properties.getProperty(key);
    if (value == null) {
      throw new InputException("The data source's property '%s' is missing.".formatted(key));
    }
    return value;
  }

  @Override
  public Class<?> getDataType() {
    return MaskedImageSource.class;
  }
}

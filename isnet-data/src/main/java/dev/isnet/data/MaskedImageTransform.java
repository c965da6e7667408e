package dev.isnet.data;

import dev.isnet.data.augment.PairedAugmentation;
import dev.isnet.data.bias.BackgroundBias;
import dev.isnet.data.bias.BiasScenario;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Writable;

/**
 * Augmentation or bias as a DataVec transform of the records of {@link MaskedImageRecordReader},
 * for a TransformProcess: [image, mask, label] becomes [image, mask, label]. An image without a
 * mask stays without one. What is drawn for a record depends on the seed and on how many records
 * came before it, also before the transform was serialised. Not thread-safe.
 */
public final class MaskedImageTransform implements Transform {
  private static final long serialVersionUID = 1L;

  /** A change of one image. */
  private sealed interface Change extends Serializable {
    Pixels apply(Pixels in, Writable label, long seed);
  }

  private record Augmenting(PairedAugmentation augmentation) implements Change {
    @Override
    public Pixels apply(Pixels in, Writable label, long seed) {
      return augmentation.apply(in, seed);
    }
  }

  private record Biasing(BackgroundBias bias, BiasScenario scenario) implements Change {
    @Override
    public Pixels apply(Pixels in, Writable label, long seed) {
      return bias.apply(in, targets(label, bias.classes()), scenario, seed).pixels();
    }
  }

  private final Change change;
  private final long seed;
  private Schema schema;
  private long records;

  private MaskedImageTransform(Change change, long seed) {
    this.change = change;
    this.seed = seed;
    this.schema = new Schema.Builder().build();
  }

  /**
   * Random changes of images and masks.
   *
   * @param augmentation which
   * @param seed decides all draws
   * @return the transform
   */
  public static MaskedImageTransform augmenting(PairedAugmentation augmentation, long seed) {
    return new MaskedImageTransform(new Augmenting(augmentation), seed);
  }

  /**
   * Cues in the backgrounds.
   *
   * @param bias which
   * @param scenario how cues and classes are paired
   * @param seed decides all draws
   * @return the transform
   */
  public static MaskedImageTransform biasing(
      BackgroundBias bias, BiasScenario scenario, long seed) {
    return new MaskedImageTransform(new Biasing(bias, scenario), seed);
  }

  private static float[] targets(Writable label, int classes) {
    if (label instanceof NDArrayWritable several) {
      return several.get().toFloatVector();
    }
    float[] targets = new float[classes];
    targets[label.toInt()] = 1;
    return targets;
  }

  /** The columns of the records. */
  static Schema schema(ImageSize size, boolean multiLabel, int classes) {
    Schema.Builder columns =
        new Schema.Builder()
            .addColumnNDArray("image", new long[] {1, size.channels(), size.height(), size.width()})
            .addColumnNDArray("mask", new long[] {1, 1, size.height(), size.width()});
    return (multiLabel
            ? columns.addColumnNDArray("label", new long[] {1, classes})
            : columns.addColumnInteger("label"))
        .build();
  }

  /**
   * Changes a record.
   *
   * @param record [image, mask, label]; not changed, not closed
   * @return a new record with arrays of its own; the caller closes them
   */
  @Override
  public List<Writable> map(List<Writable> record) {
    Pixels in = MaskedRecord.pixels(record);
    Pixels out = change.apply(in, record.get(2), Seeds.derive(seed, records++));
    return MaskedRecord.of(out, record.get(2));
  }

  @Override
  public List<List<Writable>> mapSequence(List<List<Writable>> sequence) {
    List<List<Writable>> mapped = new ArrayList<>();
    sequence.forEach(record -> mapped.add(map(record)));
    return mapped;
  }

  /**
   * Not supported: an image is nothing without its mask.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public Object map(Object input) {
    throw new UnsupportedOperationException("only whole records can be mapped");
  }

  /**
   * Not supported: an image is nothing without its mask.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public Object mapSequence(Object sequence) {
    throw new UnsupportedOperationException("only whole records can be mapped");
  }

  @Override
  public Schema transform(Schema input) {
    return input;
  }

  @Override
  public void setInputSchema(Schema input) {
    this.schema = input;
  }

  @Override
  public Schema getInputSchema() {
    return schema;
  }

  @Override
  public String outputColumnName() {
    return columnName();
  }

  @Override
  public String[] outputColumnNames() {
    return columnNames();
  }

  @Override
  public String[] columnNames() {
    return schema.getColumnNames().toArray(String[]::new);
  }

  @Override
  public String columnName() {
    return schema.getColumnNames().isEmpty() ? "" : schema.getColumnNames().get(0);
  }
}

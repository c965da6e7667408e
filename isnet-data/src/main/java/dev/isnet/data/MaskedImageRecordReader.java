package dev.isnet.data;

import java.io.DataInputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.datavec.api.conf.Configuration;
import org.datavec.api.records.Record;
import org.datavec.api.records.metadata.RecordMetaData;
import org.datavec.api.records.metadata.RecordMetaDataURI;
import org.datavec.api.records.reader.BaseRecordReader;
import org.datavec.api.split.InputSplit;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Writable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One split of a data set as a DataVec record reader, for pipelines built from DataVec's own parts.
 * A record is [image, mask, label]: an NDArrayWritable [1, C, h, w] with values in [0, 1] in RGB
 * order, an NDArrayWritable [1, 1, h, w] of 0 and 1 (all ones for an image without a mask), and an
 * IntWritable with the index of the class, or an NDArrayWritable [1, K] of 0 and 1 when the images
 * may have several classes; a record has no weights, so that an uncertain label that is to be
 * ignored is a 0. The records come in the labels file's order.
 *
 * <p>{@link MaskedImageTransform} changes such records.
 *
 * <p>The files are given by the manifest, so {@code initialize} need not be called; when it is, its
 * arguments are ignored and the reader starts over. Not thread-safe; cannot be serialised.
 */
public final class MaskedImageRecordReader extends BaseRecordReader {
  private static final long serialVersionUID = 1L;

  private final transient DatasetManifest manifest;
  private final transient List<Sample> samples;
  private final transient ImageSize size;
  private final transient SampleReader reader;
  private final transient boolean multiLabel;
  private transient Configuration configuration = new Configuration();
  private transient int at;

  /**
   * Makes a reader.
   *
   * @param manifest the data set
   * @param split the split
   * @param size what every image is brought to
   * @throws InputException if the split cannot be used (see {@link DatasetManifest#requireSplit})
   */
  public MaskedImageRecordReader(DatasetManifest manifest, Split split, ImageSize size) {
    this.manifest = manifest.requireSplit(split);
    this.samples = manifest.split(split);
    this.size = size;
    this.reader = new SampleReader(manifest, size);
    this.multiLabel = manifest.multiLabel();
  }

  /** The columns image, mask and label, for a TransformProcess. */
  public Schema schema() {
    return MaskedImageTransform.schema(size, multiLabel, manifest.classes().size());
  }

  /** Starts over; the split is ignored. */
  @Override
  public void initialize(InputSplit split) {
    reset();
  }

  /** Starts over; the split is ignored. */
  @Override
  public void initialize(Configuration conf, InputSplit split) {
    setConf(conf);
    reset();
  }

  @Override
  public boolean hasNext() {
    return at < samples.size();
  }

  /**
   * The next record.
   *
   * @return [image, mask, label]; the caller closes the two arrays
   * @throws InputException if a file cannot be read
   */
  @Override
  public List<Writable> next() {
    return nextRecord().getRecord();
  }

  @Override
  public Record nextRecord() {
    if (!hasNext()) {
      throw new NoSuchElementException("the split has no further image");
    }
    Record record = read(samples.get(at++));
    invokeListeners(record);
    return record;
  }

  private Record read(Sample sample) {
    Pixels pixels = reader.read(sample);
    INDArray image =
        Nd4j.create(
            pixels.image(), new long[] {1, size.channels(), size.height(), size.width()}, 'c');
    float[] mask = new float[size.area()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = pixels.mask().isEmpty() || pixels.mask().get()[i] ? 1 : 0;
    }
    List<Writable> record =
        List.of(
            new NDArrayWritable(image),
            new NDArrayWritable(
                Nd4j.create(mask, new long[] {1, 1, size.height(), size.width()}, 'c')),
            label(sample));
    return new org.datavec.api.records.impl.Record(
        record, new RecordMetaDataURI(sample.image().toUri(), MaskedImageRecordReader.class));
  }

  private Writable label(Sample sample) {
    if (!multiLabel) {
      return new IntWritable(manifest.classes().indexOf(sample.label()));
    }
    float[] targets = manifest.targets(sample);
    for (int k = 0; k < targets.length; k++) {
      targets[k] = Math.max(0, targets[k]);
    }
    return new NDArrayWritable(Nd4j.create(targets, new long[] {1, targets.length}, 'c'));
  }

  @Override
  public List<String> getLabels() {
    return manifest.classes();
  }

  @Override
  public void reset() {
    at = 0;
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  /**
   * Not supported, because a stream of an image does not lead to its mask.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public List<Writable> record(URI uri, DataInputStream stream) {
    throw new UnsupportedOperationException("a masked image cannot be read from a single stream");
  }

  @Override
  public Record loadFromMetaData(RecordMetaData metaData) {
    return samples.stream()
        .filter(sample -> sample.image().toUri().equals(metaData.getURI()))
        .findFirst()
        .map(this::read)
        .orElseThrow(
            () -> new IllegalArgumentException("no record of this split: " + metaData.getURI()));
  }

  @Override
  public List<Record> loadFromMetaData(List<RecordMetaData> metaData) {
    List<Record> records = new ArrayList<>();
    metaData.forEach(each -> records.add(loadFromMetaData(each)));
    return records;
  }

  @Override
  public void setConf(Configuration conf) {
    this.configuration = conf;
  }

  @Override
  public Configuration getConf() {
    return configuration;
  }

  @Override
  public void close() {
    // No file stays open between records.
  }
}

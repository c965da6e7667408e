package dev.isnet.data;

import java.io.DataInputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
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
import org.nd4j.linalg.factory.Nd4j;

/**
 * One split of a data set as a DataVec record reader, for pipelines built from DataVec's own parts.
 * A record is [image, mask, label]: an NDArrayWritable [1, C, h, w] with values in [0, 1] in RGB
 * order, an NDArrayWritable [1, 1, h, w] of 0 and 1, and an IntWritable with the index of the
 * class, or an NDArrayWritable [1, K] of 0 and 1 when the images may have several classes; a record
 * has no weights, so that an uncertain label that is to be ignored is a 0. The records come in the
 * labels file's order.
 *
 * <p>The mask of an image without one is not a number, throughout: {@link #pixels} gives the image
 * back without a mask, and whoever sums up a loss over it unawares sees that at once. Nothing is
 * said about the foreground of such an image, so it must take no part in a loss that needs a mask.
 *
 * <p>{@link MaskedImageTransform} changes such records.
 *
 * <p>The files are given by the manifest, so {@code initialize} need not be called; when it is, its
 * arguments are ignored and the reader starts over. Serialised, it keeps its place; the files must
 * be where they were. Not thread-safe.
 */
public final class MaskedImageRecordReader extends BaseRecordReader {
  private static final long serialVersionUID = 1L;

  private final DatasetManifest manifest;
  private final Split split;
  private final ImageSize size;
  private final transient List<Sample> samples;
  private final transient SampleReader reader;
  private final transient boolean multiLabel;
  private final transient Map<URI, Sample> byUri = new HashMap<>();
  private transient Configuration configuration = new Configuration();
  private int at;

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
    this.split = split;
    this.samples = manifest.split(split);
    this.size = size;
    this.reader = new SampleReader(manifest, size);
    this.multiLabel = manifest.multiLabel();
    samples.forEach(sample -> byUri.put(uri(sample), sample));
  }

  /** What is not serialised follows from what is. */
  private Object readResolve() {
    MaskedImageRecordReader copy = new MaskedImageRecordReader(manifest, split, size);
    copy.at = at;
    copy.setListeners(listeners);
    return copy;
  }

  /**
   * A record as an image with its mask.
   *
   * @param record [image, mask, label]; not changed, not closed
   * @return a copy of image and mask; the mask is empty where the image has none
   */
  public static Pixels pixels(List<Writable> record) {
    return MaskedRecord.pixels(record);
  }

  /** The image's file, with its number where the file has several. */
  private static URI uri(Sample sample) {
    URI file = sample.image().toUri();
    return IdxFile.isOne(sample.image()) ? URI.create(file + "#" + sample.entry()) : file;
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
    return new org.datavec.api.records.impl.Record(
        MaskedRecord.of(reader.read(sample), label(sample)),
        new RecordMetaDataURI(uri(sample), MaskedImageRecordReader.class));
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

  /**
   * Reads a record again.
   *
   * @param metaData what came with it
   * @return the same record
   * @throws IllegalArgumentException if it is none of this split
   */
  @Override
  public Record loadFromMetaData(RecordMetaData metaData) {
    return Optional.ofNullable(byUri.get(metaData.getURI()))
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

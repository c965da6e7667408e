package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.data.augment.PairedAugmentation;
import dev.isnet.data.bias.BackgroundBias;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.data.bias.Cue;
import dev.isnet.data.bias.Placement;
import dev.isnet.data.bias.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.datavec.api.records.Record;
import org.datavec.api.records.reader.impl.transform.TransformProcessRecordReader;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskedImageRecordReaderTest {
  @TempDir private Path root;

  @Test
  void recordsHoldImageMaskAndLabel() {
    try (MaskedImageRecordReader reader =
        new MaskedImageRecordReader(TestFolder.small(root, 2), Split.VAL, new ImageSize(8, 8, 1))) {
      assertThat(reader.getLabels()).containsExactly("a", "b");
      List<Writable> record = reader.next();
      assertThat(((NDArrayWritable) record.get(0)).get().shape()).containsExactly(1, 1, 8, 8);
      assertThat(((NDArrayWritable) record.get(1)).get().sumNumber().intValue()).isEqualTo(32);
      assertThat(record.get(2).toInt()).isZero();
      assertThat(reader.next().get(2).toInt()).isEqualTo(1);
      Record third = reader.nextRecord();
      assertThat(reader.loadFromMetaData(third.getMetaData()).getRecord())
          .isEqualTo(third.getRecord());
      reader.next();
      assertThat(reader.hasNext()).isFalse();
      reader.reset();
      assertThat(reader.next()).isEqualTo(record);
    }
  }

  @Test
  void anImageWithoutAMaskHasNoneAfterTransformsEither() {
    new TestFolder(root)
        .grey("1.png", 4, 4, (x, y) -> 10 * x)
        .grey("2.png", 4, 4, (x, y) -> 10 * y)
        .grey("m.png", 4, 4, (x, y) -> x < 2 ? 255 : 0)
        .labels("file,label,mask,split", "1.png,a,,train", "2.png,b,m.png,train");
    ImageSize size = new ImageSize(4, 4, 1);
    MaskedImageTransform flip =
        MaskedImageTransform.augmenting(
            PairedAugmentation.builder().optFlipHorizontal(1).build(), 1);
    BackgroundBias border =
        BackgroundBias.of(List.of(new Cue.Border(1, 1), new Cue.Border(1, 0.5)));
    MaskedImageTransform bias = MaskedImageTransform.biasing(border, BiasScenario.BIASED, 1);
    try (MaskedImageRecordReader reader =
        new MaskedImageRecordReader(DatasetManifest.read(root), Split.TRAIN, size)) {
      List<Writable> without = bias.map(flip.map(reader.next()));
      assertThat(((NDArrayWritable) without.get(1)).get().data().asFloat()).containsOnly(Float.NaN);
      Pixels pixels = MaskedImageRecordReader.pixels(without);
      assertThat(pixels.mask()).isEmpty();
      assertThat(pixels.image()[0]).isEqualTo(1);
      Pixels with = MaskedImageRecordReader.pixels(bias.map(flip.map(reader.next())));
      assertThat(with.mask().orElseThrow()).startsWith(false, false, true, true);
    }
  }

  @Test
  void recordsOfIdxFilesAreFoundAgain() {
    byte[] images = new byte[16 + 3 * 4];
    ByteBuffer.wrap(images).putInt(0x803).putInt(3).putInt(2).putInt(2);
    for (int i = 0; i < 12; i++) {
      images[16 + i] = (byte) (20 * i);
    }
    byte[] labels = new byte[8 + 3];
    ByteBuffer.wrap(labels).putInt(0x801).putInt(3).put((byte) 1).put((byte) 0).put((byte) 1);
    new TestFolder(root)
        .bytes("train-images-idx3-ubyte", images)
        .bytes("train-labels-idx1-ubyte", labels);
    DatasetManifest manifest =
        DatasetManifest.read(root).with(Reading.standard().with(MaskFormat.above(0)));
    try (MaskedImageRecordReader reader =
        new MaskedImageRecordReader(manifest, Split.TRAIN, new ImageSize(2, 2, 1))) {
      List<Record> records = new ArrayList<>();
      while (reader.hasNext()) {
        records.add(reader.nextRecord());
      }
      for (Record record : records) {
        Record again = reader.loadFromMetaData(record.getMetaData());
        assertThat(again.getRecord()).isEqualTo(record.getRecord());
        assertThat(again.getMetaData().getURI()).isEqualTo(record.getMetaData().getURI());
      }
      assertThat(records.get(1).getMetaData().getURI().toString())
          .endsWith("train-images-idx3-ubyte#1");
      assertThat(((NDArrayWritable) records.get(2).getRecord().get(0)).get().data().asFloat())
          .usingComparatorWithPrecision(1e-6f)
          .containsExactly(160 / 255f, 180 / 255f, 200 / 255f, 220 / 255f);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> T copied(T object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
      out.flush();
      return (T) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void readerAndTransformsGoOnAfterTheyWereSerialised() {
    TestFolder.small(root, 3);
    new TestFolder(root)
        .labels(
            "file,label,mask,mask:b,split,source,patient",
            "images/val0a.png,a,masks/val0a.png,,val,here,p1",
            "images/val0b.png,b,masks/val0b.png,masks/val1b.png,val,,p2",
            "images/val1a.png,a,,,val,here,",
            "images/val1b.png,b,masks/val1b.png,,val,,");
    DatasetManifest manifest =
        DatasetManifest.read(root)
            .with(Reading.standard().with(MaskFormat.above(0.5)).withConversion(true));
    assertThat(copied(manifest)).isEqualTo(manifest);
    MaskSource runs = new MaskSource.Runs(new int[] {1, 2, 1}, 2, 2);
    assertThat(((MaskSource.Runs) copied(runs)).counts()).containsExactly(1, 2, 1);
    ImageSize size = new ImageSize(16, 16, 1);
    Pixels plain = new Pixels(size, new float[256], Optional.empty());
    BackgroundBias bias =
        BackgroundBias.of(
            List.of(
                new Cue.Mark(Shape.SQUARE, 3, 1, 1, Placement.RANDOM, false),
                new Cue.Pictures("p", List.of(new Cue.Picture("p", plain)))));
    PairedAugmentation augmentation = PairedAugmentation.builder().optRotate(20).build();
    MaskedImageRecordReader reader = new MaskedImageRecordReader(manifest, Split.VAL, size);
    TransformProcess process =
        new TransformProcess.Builder(reader.schema())
            .transform(MaskedImageTransform.augmenting(augmentation, 1))
            .transform(MaskedImageTransform.biasing(bias, BiasScenario.BIASED, 1))
            .build();
    process.execute(reader.next());
    MaskedImageRecordReader otherReader = copied(reader);
    TransformProcess otherProcess = copied(process);
    assertThat(otherReader.schema()).isEqualTo(reader.schema());
    assertThat(otherReader.getLabels()).containsExactly("a", "b");
    int records = 0;
    while (reader.hasNext()) {
      List<Writable> one = process.execute(reader.next());
      List<Writable> other = otherProcess.execute(otherReader.next());
      assertThat(other.get(2)).isEqualTo(one.get(2));
      Pixels pixels = MaskedImageRecordReader.pixels(one);
      assertThat(MaskedImageRecordReader.pixels(other).image()).isEqualTo(pixels.image());
      assertThat(MaskedImageRecordReader.pixels(other).mask().isPresent())
          .isEqualTo(pixels.mask().isPresent())
          .isEqualTo(records != 1);
      records++;
    }
    assertThat(records).isEqualTo(3);
    assertThat(otherReader.hasNext()).isFalse();
    otherReader.reset();
    assertThat(otherReader.hasNext()).isTrue();
  }

  @Test
  void augmentationAndBiasAreTransformsOfDataVec() {
    DatasetManifest manifest = TestFolder.small(root, 2);
    ImageSize size = new ImageSize(16, 16, 1);
    PairedAugmentation flip = PairedAugmentation.builder().optFlipHorizontal(1).build();
    BackgroundBias bias =
        BackgroundBias.of(
            List.of(
                new Cue.Mark(Shape.SQUARE, 3, 1, 1, Placement.TOP_LEFT, false), new Cue.Nothing()));
    MaskedImageRecordReader plain = new MaskedImageRecordReader(manifest, Split.VAL, size);
    MaskedImageRecordReader source = new MaskedImageRecordReader(manifest, Split.VAL, size);
    TransformProcess process =
        new TransformProcess.Builder(source.schema())
            .transform(MaskedImageTransform.augmenting(flip, 1))
            .transform(MaskedImageTransform.biasing(bias, BiasScenario.BIASED, 1))
            .build();
    try (plain;
        TransformProcessRecordReader reader = new TransformProcessRecordReader(source, process)) {
      for (int i = 0; i < 4; i++) {
        List<Writable> before = plain.next();
        List<Writable> after = reader.next();
        float[] old = ((NDArrayWritable) before.get(0)).get().data().asFloat();
        float[] now = ((NDArrayWritable) after.get(0)).get().data().asFloat();
        float[] mask = ((NDArrayWritable) after.get(1)).get().data().asFloat();
        boolean marked = after.get(2).toInt() == 0;
        for (int p = 0; p < 256; p++) {
          boolean inMark = marked && p % 16 < 3 && p / 16 < 3;
          assertThat(now[p]).isEqualTo(inMark ? 1 : old[p / 16 * 16 + 15 - p % 16]);
          assertThat(mask[p]).isEqualTo(p % 16 < 8 ? 0 : 1);
        }
      }
      assertThat(reader.hasNext()).isFalse();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.data.augment.PairedAugmentation;
import dev.isnet.data.bias.BackgroundBias;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.data.bias.Cue;
import dev.isnet.data.bias.Placement;
import dev.isnet.data.bias.Shape;
import java.nio.file.Path;
import java.util.List;
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

package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.datavec.api.records.Record;
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
}

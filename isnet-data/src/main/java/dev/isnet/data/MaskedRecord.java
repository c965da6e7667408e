package dev.isnet.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Writable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** DataVec's records of masked images: [image, mask, label]. */
final class MaskedRecord {
  private MaskedRecord() {}

  static List<Writable> of(Pixels pixels, Writable label) {
    ImageSize size = pixels.size();
    float[] mask = new float[size.area()];
    Arrays.fill(mask, Float.NaN);
    for (int i = 0; i < mask.length && pixels.mask().isPresent(); i++) {
      mask[i] = pixels.mask().get()[i] ? 1 : 0;
    }
    return List.of(
        new NDArrayWritable(
            Nd4j.create(
                pixels.image(), new long[] {1, size.channels(), size.height(), size.width()}, 'c')),
        new NDArrayWritable(Nd4j.create(mask, new long[] {1, 1, size.height(), size.width()}, 'c')),
        label);
  }

  static Pixels pixels(List<Writable> record) {
    INDArray image = ((NDArrayWritable) record.get(0)).get();
    INDArray mask = ((NDArrayWritable) record.get(1)).get();
    return Pixels.of(
        image.reshape(image.size(1), image.size(2), image.size(3)),
        Float.isNaN(mask.getFloat(0, 0, 0, 0))
            ? Optional.empty()
            : Optional.of(mask.reshape(1, mask.size(2), mask.size(3))));
  }
}

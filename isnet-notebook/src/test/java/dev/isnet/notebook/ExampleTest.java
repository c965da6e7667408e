package dev.isnet.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.data.ImageSize;
import dev.isnet.data.phantom.PhantomImages;
import dev.isnet.explain.Heatmap;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class ExampleTest {

  private final PhantomImages phantoms =
      PhantomImages.builder(new ImageSize(32, 32, 1), 4, 1).optBatch(2).build();

  @Test
  void oneOfEachClassInTheClassesOrder() {
    assertThat(Example.ofEachClass(phantoms))
        .extracting(Example::className)
        .containsExactly("consolidation", "nodules", "normal");
  }

  @Test
  void firstImagesHaveTheirMasks() {
    List<Example> examples = Example.first(phantoms, 5);
    assertThat(examples).hasSize(5);
    assertThat(examples).allMatch(example -> example.image().mask().isPresent());
    assertThat(examples).extracting(Example::file).doesNotHaveDuplicates();
  }

  @Test
  void thereAreNoMoreExamplesThanImages() {
    assertThat(Example.first(phantoms, 100)).hasSize(12);
  }

  @Test
  void nothingNativeIsLeftBehind() {
    Example.first(phantoms, 5);
    long before = Pointer.totalBytes();
    for (int i = 0; i < 50; i++) {
      Example.first(phantoms, 5);
    }
    // Some batches may still be read ahead; one array of 8 KB left behind each time would be 400.
    assertThat(Pointer.totalBytes() - before).isLessThan(200L * 1024);
  }

  @Test
  void thePredictionIsTheLargestLogit() {
    Heatmap cat = new Heatmap(new float[1], 1, 1, 1, "cat", -2);
    Heatmap dog = new Heatmap(new float[1], 1, 1, 1, "dog", -1);
    assertThat(Example.prediction(List.of(cat, dog))).isSameAs(dog);
  }
}

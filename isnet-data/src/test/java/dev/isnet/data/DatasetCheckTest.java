package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetCheckTest {
  @TempDir private Path root;

  @Test
  void aGoodDataSetHasNoProblems() {
    assertThat(DatasetCheck.problems(TestFolder.small(root, 2), new ImageSize(8, 8, 1))).isEmpty();
  }

  @Test
  void everyProblemIsListed() {
    new TestFolder(root)
        .grey("1.png", 4, 4, (x, y) -> 10)
        .grey("2.png", 4, 4, (x, y) -> 10)
        .text("3.png", "broken")
        .grey("soft.png", 4, 4, (x, y) -> 60 * x)
        .labels(
            "file,label,mask,split",
            "1.png,a,soft.png,train",
            "2.png,b,,trian",
            "gone.png,b,,train",
            "3.png,b,,train",
            "2.png,a,,val");
    assertThat(DatasetCheck.problems(root, "labels.csv", new ImageSize(4, 4, 3)))
        .satisfiesExactly(
            p -> assertThat(p).contains("line 3, column split: found 'trian'"),
            p -> assertThat(p).contains("line 4, column file: there is no file 'gone.png'"),
            p -> assertThat(p).contains("'val' has no image of the class 'b'"),
            p -> assertThat(p).contains("line 2) has 1 channel (grey), expected 3 channels"),
            p -> assertThat(p).contains("soft.png' (labels.csv, line 2) is no mask"),
            p -> assertThat(p).contains("line 5) cannot be decoded"),
            p -> assertThat(p).contains("line 6) has 1 channel (grey), expected 3 channels"));
  }

  @Test
  void aFolderThatCannotBeReadIsOneProblem() {
    assertThat(DatasetCheck.problems(root, "labels.csv", new ImageSize(4, 4, 1)))
        .singleElement()
        .asString()
        .contains("holds no file 'labels.csv'");
  }
}

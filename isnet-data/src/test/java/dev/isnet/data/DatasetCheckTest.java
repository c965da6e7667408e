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
        .grey("4.png", 4, 4, (x, y) -> 10)
        .grey("soft.png", 4, 4, (x, y) -> 60 * x)
        .labels(
            "file,label,mask,split",
            "1.png,a,soft.png,train",
            "2.png,b,,trian",
            "gone.png,b,,train",
            "3.png,b,,train",
            "4.png,a,,val");
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

  private DatasetReport report(String labels, int channels) {
    return DatasetCheck.report(
        root, labels, new ImageSize(4, 4, channels), Reading.standard(), (done, total) -> {});
  }

  @Test
  void everyMistakeOfALineIsListed() {
    new TestFolder(root)
        .grey("1.png", 4, 4, (x, y) -> 10)
        .labels("file,label,mask,split,weight", "gone.png,,no.png|1.png|../x.png,trian,heavy");
    assertThat(report("labels.csv", 1).problems())
        .satisfiesExactly(
            p -> assertThat(p).contains("line 2, column label: found nothing"),
            p -> assertThat(p).contains("line 2, column split: found 'trian'"),
            p -> assertThat(p).contains("line 2, column file: there is no file 'gone.png'"),
            p -> assertThat(p).contains("line 2, column mask: there is no file 'no.png'"),
            p -> assertThat(p).contains("line 2, column mask: '../x.png' leaves"),
            p -> assertThat(p).contains("line 2, column weight: found 'heavy'"));
  }

  @Test
  void everyMistakeOfAHeaderIsListed() {
    new TestFolder(root).labels("file,class,masks,split,split", "1.png,a,,train,train");
    assertThat(report("labels.csv", 1).problems())
        .satisfiesExactly(
            p -> assertThat(p).contains("line 1: the column 'split' occurs twice"),
            p -> assertThat(p).contains("line 1: the header has no column 'label'"),
            p -> assertThat(p).contains("line 1: the header has no column 'mask'"));
  }

  @Test
  void withoutSplitsTheRestIsCheckedAllTheSame() {
    new TestFolder(root)
        .grey("1.png", 4, 4, (x, y) -> 10 + 20 * x)
        .text("2.png", "broken")
        .text("m.png", "broken, too")
        .grey("3.png", 4, 4, (x, y) -> 10 + 20 * y)
        .labels("file,label,mask", "1.png,a,m.png|m.png", "2.png,b,m.png", "3.png,b,");
    DatasetReport report = report("labels.csv", 1);
    assertThat(report.problems())
        .satisfiesExactly(
            p -> assertThat(p).contains("m.png' (labels.csv, line 2) cannot be decoded"),
            p -> assertThat(p).contains("m.png' (labels.csv, line 2) cannot be decoded"),
            p -> assertThat(p).contains("2.png' (labels.csv, line 3) cannot be decoded"),
            p -> assertThat(p).contains("m.png' (labels.csv, line 3) cannot be decoded"));
    assertThat(report.warnings())
        .containsExactly(
            root.resolve("labels.csv")
                + ": all images are training images; an experiment makes the other splits with"
                + " data.splits.");
    assertThat(report.counts().get("b")).containsEntry(Split.TRAIN, 2);
  }

  @Test
  void everyMistakeInAnnotationsIsListed() {
    new TestFolder(root)
        .grey("1.png", 4, 4, (x, y) -> 10)
        .text(
            "x.json",
            """
            {"images": [{"id": 1, "file_name": "1.png", "height": 4, "width": 4},
              {"id": 2, "file_name": "gone.png", "height": 4, "width": 4},
              {"id": "3", "file_name": "1.png", "height": 4, "width": 4}],
             "annotations": [
              {"image_id": 1, "category_id": 1, "segmentation": [[1, 0, 3]]},
              {"image_id": 1, "category_id": 9, "bbox": [0, 0, 2]},
              {"image_id": 1, "category_id": 2, "segmentation": {"counts": [7], "size": [4, 4]}},
              {"image_id": 8, "category_id": 2, "bbox": [0, 0, 2, 2]}],
             "categories": [{"id": 1, "name": "leaf"}, {"id": 2, "name": "stem"}]}
            """);
    assertThat(report("x.json", 1).problems())
        .satisfiesExactly(
            p -> assertThat(p).contains("x.json, line 3: 'id' is \"3\""),
            p -> assertThat(p).contains("x.json, line 5: a polygon has 3 numbers"),
            p -> assertThat(p).contains("x.json, line 6: a bbox has 3 numbers"),
            p -> assertThat(p).contains("x.json, line 7: the run lengths have 7 pixels together"),
            p -> assertThat(p).contains("x.json, line 8: an annotation belongs to the image 8"),
            p -> assertThat(p).contains("x.json, line 1, image 1 has the category 9"),
            p -> assertThat(p).contains("x.json, line 2, image 2: there is no file"));
  }

  @Test
  void everyBrokenIdxFileIsListed() {
    new TestFolder(root)
        .bytes("train-images-idx3-ubyte", new byte[] {0, 0, 8, 3, 0, 0, 0, 1})
        .bytes("train-labels-idx1-ubyte", new byte[] {9, 9, 9, 9})
        .bytes("t10k-images-idx3-ubyte", new byte[0]);
    assertThat(report("labels.csv", 1).problems())
        .satisfiesExactly(
            p -> assertThat(p).contains("train-labels-idx1-ubyte' is no idx file"),
            p -> assertThat(p).contains("train-images-idx3-ubyte' cannot be read"),
            p -> assertThat(p).contains("but no 't10k-labels-idx1-ubyte' beside it"));
  }

  @Test
  void everyAmbiguousMaskIsListed() {
    TestFolder folder = new TestFolder(root);
    for (String each :
        new String[] {"train/a/", "val/a/", "train/b/", "val/b/", "masks/a/", "masks/b/"}) {
      folder.grey(each + "1.png", 4, 4, (x, y) -> x < 2 ? 0 : 255);
    }
    assertThat(report("labels.csv", 1).problems())
        .filteredOn(p -> p.contains("may belong to"))
        .hasSize(2);
  }

  @Test
  void aFolderThatCannotBeReadIsOneProblem() {
    assertThat(DatasetCheck.problems(root, "labels.csv", new ImageSize(4, 4, 1)))
        .singleElement()
        .asString()
        .contains("holds no file 'labels.csv'");
  }
}

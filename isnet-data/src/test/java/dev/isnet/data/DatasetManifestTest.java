package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetManifestTest {
  private static final String HEADER = "file,label,mask,split";

  @TempDir private Path root;
  private TestFolder folder;

  @BeforeEach
  void someImages() {
    folder = new TestFolder(root);
    for (String name : List.of("1.png", "2.png", "3, with comma.png", "m.png")) {
      folder.grey(name, 4, 4, (x, y) -> 255);
    }
  }

  @Test
  void readsColumnsInAnyOrderAndKeepsTheSource() {
    folder.labels("split,source,mask,label,file,licence", "train,here,m.png,cat,1.png,free");
    DatasetManifest manifest = DatasetManifest.read(root);
    assertThat(manifest.samples())
        .containsExactly(
            new Sample(
                root.resolve("1.png"),
                0,
                List.of(new MaskSource.MaskFile(root.resolve("m.png"))),
                List.of("cat"),
                List.of(),
                Split.TRAIN,
                Optional.of("here"),
                Optional.empty(),
                1,
                2));
  }

  @Test
  void toleratesByteOrderMarkCarriageReturnsBlankLinesAndQuotes() {
    folder.text(
        "labels.csv",
        "\uFEFFfile,label,mask,split\r\n\r\n1.png,\"a \"\"b\"\"\",,train\r\n   \r\n"
            + "\"3, with comma.png\",c,m.png,val");
    List<Sample> samples = DatasetManifest.read(root).samples();
    assertThat(samples).extracting(Sample::label).containsExactly("a \"b\"", "c");
    assertThat(samples).extracting(Sample::line).containsExactly(3, 5);
    assertThat(samples.get(0).masks()).isEmpty();
    assertThat(samples.get(1).image()).isEqualTo(root.resolve("3, with comma.png"));
  }

  @Test
  void classesAreTheSortedLabelsOfTheTrainingSplit() {
    folder.labels(HEADER, "1.png,zebra,,train", "2.png,cat,,train", "m.png,dog,,test");
    assertThat(DatasetManifest.read(root).classes()).containsExactly("cat", "zebra");
  }

  @Test
  void classesAreThoseOfAllImagesWithoutATrainingSplit() {
    folder.labels(HEADER, "1.png,zebra,,val", "2.png,dog,,test");
    assertThat(DatasetManifest.read(root).classes()).containsExactly("dog", "zebra");
  }

  @Test
  void anotherLabelsFileCanBeNamed() {
    folder.text("other.csv", HEADER + "\n1.png,x,,test\n");
    assertThat(DatasetManifest.read(root, "other.csv").classes()).containsExactly("x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "gone.png,a,,train; line 2, column file: there is no file 'gone.png'",
        "1.png,a,gone.png,train; line 2, column mask: there is no file 'gone.png'",
        "../1.png,a,,train; line 2, column file: '../1.png' leaves the data set folder",
        "/etc/passwd,a,,train; line 2, column file: '/etc/passwd' leaves the data set folder",
        "1.png,a,x/../../m.png,train; column mask: 'x/../../m.png' leaves the data set folder",
        "1.png,,,train; line 2, column label: found nothing, expected the name of a class",
        ",a,,train; line 2, column file: found nothing, expected the path of an image",
        "1.png,a,,training; column split: found 'training', expected 'train', 'val' or 'test'",
        "1.png,a,,; column split: found '', expected 'train', 'val' or 'test'",
        "1.png,a,train; line 2: found 3 fields, expected 4 as in the header",
        "1.png,a,,train,x; line 2: found 5 fields, expected 4 as in the header",
        "1.png,a|,,train; column label: found 'a|', expected different labels with a '|' between",
        "1.png,a|a,,train; column label: found 'a|a', expected different labels",
        "1.png,a,m.png|gone.png,train; column mask: there is no file 'gone.png'",
        "\"1.png,a,,train; line 2: a quoted field is opened here and never closed",
        "\"1.png\"x,a,,train; line 2: found 'x' after a closing quote",
      })
  void aBadLineIsNamed(String line, String message) {
    folder.labels(HEADER, line);
    assertThatThrownBy(() -> DatasetManifest.read(root))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("labels.csv")
        .hasMessageContaining(message)
        .hasMessageEndingWith(".");
  }

  @Test
  void anImageNamedTwiceNamesBothLines() {
    folder.labels(HEADER, "1.png,a,,train", "./1.png,b,,test");
    assertThatThrownBy(() -> DatasetManifest.read(root))
        .hasMessage(
            "labels.csv, line 3, column file: './1.png' is already named in line 2;"
                + " remove one of the lines.");
  }

  @Test
  void aMissingColumnIsNamed() {
    folder.labels("file,class,mask,split", "1.png,a,,train");
    assertThatThrownBy(() -> DatasetManifest.read(root))
        .hasMessageContaining("the header has no column 'label' (found 'file,class,mask,split')");
  }

  @Test
  void aColumnNamedTwiceIsNamed() {
    folder.labels("file,label,mask,split,label", "1.png,a,,train,b");
    assertThatThrownBy(() -> DatasetManifest.read(root))
        .hasMessageContaining("the column 'label' occurs twice");
  }

  @Test
  void anEmptyFolderIsSaidToHoldNoLabels(@TempDir Path empty) {
    assertThatThrownBy(() -> DatasetManifest.read(empty))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("'" + empty + "' holds no file 'labels.csv'");
  }

  @Test
  void aMissingFolderIsNamed() {
    assertThatThrownBy(() -> DatasetManifest.read(root.resolve("gone")))
        .hasMessageContaining("gone' does not exist");
  }

  @Test
  void anEmptyFileAndALoneHeaderAreErrors() {
    folder.text("labels.csv", "\n");
    assertThatThrownBy(() -> DatasetManifest.read(root)).hasMessageContaining("is empty");
    folder.labels(HEADER);
    assertThatThrownBy(() -> DatasetManifest.read(root)).hasMessageContaining("names no image");
  }

  @Test
  void textInAnotherEncodingIsAnError() {
    folder.bytes("labels.csv", "file,label\né".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> DatasetManifest.read(root)).hasMessageContaining("UTF-8");
  }

  @Test
  void splitsMayBeMissingButNotInALineAlone() {
    folder.labels("file,label,mask", "1.png,a,", "2.png,b,");
    assertThat(DatasetManifest.readSplitIfAny(root, "labels.csv").split(Split.TRAIN)).hasSize(2);
    folder.labels(HEADER, "1.png,a,,train", "2.png,b,,");
    assertThatThrownBy(() -> DatasetManifest.readSplitIfAny(root, "labels.csv"))
        .hasMessageContaining("line 3, column split: found ''");
  }

  @Test
  void aTestNeedsNoImagesOfEveryClass() {
    folder.labels(HEADER, "1.png,a,,train", "2.png,b,,test");
    DatasetManifest split = DatasetManifest.read(root);
    assertThatThrownBy(() -> split.withClasses(List.of("a", "b")).requireSplit(Split.TEST))
        .hasMessageContaining("the split 'test' has no image of the class 'a'");
    assertThat(split.withClasses(List.of("a", "b")).requireTest(Split.TEST).classes()).hasSize(2);
    assertThatThrownBy(() -> split.withClasses(List.of("a", "c")).requireTest(Split.TEST))
        .hasMessageContaining("line 3, column label: found 'b' in the split 'test'");
  }

  @Test
  void aSplitMustHaveImagesOfEveryTrainingClassAndNoOthers() {
    folder.labels(HEADER, "1.png,a,,train", "2.png,b,,train", "m.png,a,,val");
    DatasetManifest manifest = DatasetManifest.read(root);
    assertThat(manifest.requireSplit(Split.TRAIN)).isSameAs(manifest);
    assertThatThrownBy(() -> manifest.requireSplit(Split.TEST))
        .hasMessageContaining("has no image of the split 'test'");
    assertThatThrownBy(() -> manifest.requireSplit(Split.VAL))
        .hasMessageContaining("the split 'val' has no image of the class 'b'");
    folder.labels(HEADER, "1.png,a,,train", "2.png,b,,train", "m.png,c,,val");
    assertThatThrownBy(() -> DatasetManifest.read(root).requireSplit(Split.VAL))
        .hasMessageContaining("line 4, column label: found 'c' in the split 'val'")
        .hasMessageContaining("'a', 'b'");
  }

  @Test
  void oneClassIsNotEnough() {
    folder.labels(HEADER, "1.png,a,,train", "2.png,a,,train");
    assertThatThrownBy(() -> DatasetManifest.read(root).requireSplit(Split.TRAIN))
        .hasMessageContaining("names only the class 'a'");
  }
}

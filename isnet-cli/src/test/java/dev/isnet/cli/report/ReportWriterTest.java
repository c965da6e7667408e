package dev.isnet.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.evaluate.ConfusionMatrix;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportWriterTest {

  private static final String HTML = ReportWriter.render(SampleReport.data());

  @Test
  void saysInOneSentenceWhatCameOut() {
    assertThat(HTML)
        .contains(
            "From biased to deceiving the plain classifier’s macro F1 falls by 0.74, the ISNet’s"
                + " by 0.02.");
  }

  @Test
  void showsMacroF1OfEverySystemInEveryTestAndItsChange() {
    assertThat(text(HTML))
        .contains("plain classifier 0.975 0.588 0.239 −0.736")
        .contains("ISNet 0.917 0.908 0.900 −0.017");
  }

  @Test
  void showsAConfusionMatrixOfEveryTestAndTheMeasuresOfEveryClass() {
    assertThat(text(HTML))
        .contains("Deceiving · accuracy 0.24 · macro F1 0.24")
        .contains("normal 12 27 1 consolidation 2 6 32 nodules 28 1 11")
        .contains("normal 0.98 1.00 0.99 0.99");
  }

  @Test
  void drawsACurveOnlyOfWhatWasMeasured() {
    // The plain classifier has no background loss.
    String chart = HTML.substring(HTML.indexOf(">Background loss<"));
    assertThat(text(chart.substring(0, chart.indexOf("</figure>"))))
        .contains("ISNet, training ISNet, validation")
        .doesNotContain("plain");
  }

  @Test
  void everyImageIsInTheFile() throws IOException {
    Matcher images = Pattern.compile("<img src=\"data:image/png;base64,([^\"]+)\"").matcher(HTML);
    int count = 0;
    while (images.find()) {
      byte[] png = Base64.getDecoder().decode(images.group(1));
      assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(256);
      count++;
    }
    assertThat(count).isEqualTo(12);
    assertThat(HTML.split("<img", -1)).hasSize(13);
  }

  @Test
  void loadsNothingAndRunsNothing() {
    assertThat(HTML)
        .doesNotContain("http://", "https://", "<script", "@import", "url(")
        .doesNotContainPattern("(src|href)=\"(?!data:)");
  }

  @Test
  void isWellFormed() throws Exception {
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(HTML.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void escapesWhatItIsGiven() {
    assertThat(HTML)
        .contains("--out runs/&lt;demo&gt;", "&lt;b&gt;not bold&lt;/b&gt;")
        .doesNotContain("<demo>", "<b>not bold");
  }

  @Test
  void aReportWithoutTestsCurvesAndImagesIsPossible() throws Exception {
    ReportData sample = SampleReport.data();
    ReportData bare =
        new ReportData(
            "Bare",
            sample.run(),
            List.of(new SystemReport("ISNet", List.of(), List.of())),
            List.of(),
            "");
    assertThat(text(ReportWriter.render(bare))).contains("Bare No test was run.");
  }

  @Test
  void aSingleTestIsStatedWithoutComparison() {
    ReportData sample = SampleReport.data();
    ConfusionMatrix perfect = new ConfusionMatrix(List.of("a", "b"), new long[][] {{1, 0}, {0, 1}});
    SystemReport system =
        new SystemReport("ISNet", List.of(), List.of(new ScenarioResult("standard", perfect)));
    ReportData single = new ReportData("One", sample.run(), List.of(system), List.of(), "");
    assertThat(text(ReportWriter.render(single)))
        .contains("In the standard test the ISNet’s macro F1 is 1.00.");
  }

  @Test
  void replacesAFileAndLeavesNoOther(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("report.html");
    Files.writeString(file, "old");
    ReportWriter.write(file, SampleReport.data());
    assertThat(Files.readString(file)).isEqualTo(HTML);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aFolderThatDoesNotExistIsMade(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("missing").resolve("report.html");
    ReportWriter.write(file, SampleReport.data());
    assertThat(Files.readString(file)).isEqualTo(HTML);
  }

  /** Left in the build folder, to be looked at. */
  @Test
  void writesASample() throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "sample-report"));
    ReportWriter.write(folder.resolve("report.html"), SampleReport.data());
  }

  /** What a reader sees: no tags, single blanks. */
  private static String text(String html) {
    return html.replaceAll("(?s)<style>.*</style>", "")
        .replaceAll("<[^>]*>", " ")
        .replaceAll("\\s+", " ");
  }
}

package dev.isnet.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.evaluate.EvaluationResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportWriterTest {

  private static final String HTML = ReportWriter.page(SampleReport.data()).html();

  @Test
  void saysInOneSentenceWhatCameOut() {
    assertThat(HTML)
        .contains(
            "From biased to deceiving the plain classifier’s macro F1 falls by 0.74, the ISNet’s"
                + " by 0.02.");
  }

  @Test
  void theMostImportantNumberComesFirst() {
    assertThat(text(HTML))
        .containsPattern(
            "ISNet’s by 0.02\\. Plain classifier 0.24 expected 0.24 \\[0.18, 0.3\\d] macro F1 in the"
                + " deceiving test, 120 images ISNet 0.90 expected 0.86 \\[0.80, 0.9\\d]");
  }

  @Test
  void showsMacroF1OfEverySystemInEveryTestAndItsChangeWithIntervals() {
    String interval = " (0.\\d\\d )?\\[[^]]*] ";
    assertThat(text(HTML))
        .containsPattern(
            "plain classifier 0.975"
                + interval
                + "0.588"
                + interval
                + "0.239"
                + interval
                + "−0.736")
        .containsPattern("ISNet 0.917" + interval + "0.908" + interval + "0.900" + interval);
  }

  @Test
  void comparesTheSystemsOnTheSameImages() {
    assertThat(text(HTML))
        .contains("only ISNet right only plain classifier right McNemar p")
        .containsPattern("deceiving \\+0.661 \\[[^]]*] \\+0.658 \\[[^]]*] \\d+ \\d+ < 0.001");
  }

  @Test
  void showsAConfusionMatrixOfEveryTestAndTheMeasuresOfEveryClass() {
    assertThat(text(HTML))
        .contains("Plain classifier, deceiving test 120 images, accuracy 0.242")
        .contains("normal 12 27 1 consolidation 2 6 32 nodules 28 1 11")
        .containsPattern(
            "normal 40 0.976 0.93 \\[[^]]*] 1.000 0.95 \\[[^]]*] 0.988 0.96 \\[[^]]*] 0.988");
  }

  @Test
  void everySectionWithNumbersSaysWhatMadeThem() {
    assertThat(HTML.split("<p class=\"source\">Made by <code>", -1)).hasSize(12);
    assertThat(HTML)
        .contains("<a href=\"#how-this-was-made\">", "<section id=\"how-this-was-made\">");
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
  void everyImageIsInTheFileOnce() throws IOException {
    Matcher images =
        Pattern.compile("<image[^>]* href=\"data:image/png;base64,([^\"]+)\"").matcher(HTML);
    int count = 0;
    while (images.find()) {
      byte[] png = Base64.getDecoder().decode(images.group(1));
      assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(64);
      count++;
    }
    assertThat(count).isEqualTo(12);
    assertThat(HTML).doesNotContain("<img");
  }

  @Test
  void loadsNothing() {
    assertThat(HTML)
        .doesNotContain("http://", "https://", "@import", "url(")
        .doesNotContainPattern("(src|href)=\"(?!data:|#)");
  }

  @Test
  void runsOnlyItsOwnScript() {
    String script = HTML.substring(HTML.indexOf("<script>") + 8, HTML.indexOf("</script>"));
    assertThat(HTML.split("<script", -1)).hasSize(2);
    assertThat(HTML.replace("&#39;", "'")).contains("script-src '" + PageAssets.hash(script) + "'");
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
            List.of(
                new SystemReport(
                    "ISNet", List.of(), List.of(), Optional.empty(), Optional.empty())),
            List.of(),
            List.of(),
            Map.of());
    assertThat(text(ReportWriter.page(bare).html())).contains("Bare No test was run.");
  }

  @Test
  void aSingleTestIsStatedWithoutComparison() {
    ReportData sample = SampleReport.data();
    EvaluationResult perfect =
        SampleResults.result(new long[][] {{1, 0}, {0, 1}}, List.of("a", "b"), 1);
    SystemReport system =
        new SystemReport(
            "ISNet",
            List.of(),
            List.of(SampleResults.scenario("standard", perfect)),
            Optional.empty(),
            Optional.empty());
    ReportData single =
        new ReportData("One", sample.run(), List.of(system), List.of(), List.of(), Map.of());
    assertThat(text(ReportWriter.page(single).html()))
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
    return html.replaceAll("(?s)<(style|script)>.*?</\\1>", "")
        .replaceAll("<[^>]*>", " ")
        .replace("&lt;", "<")
        .replace('\u00a0', ' ')
        .replaceAll("\\s+", " ");
  }
}

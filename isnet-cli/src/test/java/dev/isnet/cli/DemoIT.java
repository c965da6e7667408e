package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job, with the settings that are shipped. */
class DemoIT {

  @Test
  void thePlainClassifierFollowsTheMarkerAndTheIsnetDoesNot(@TempDir Path folder) throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(out),
            new PrintWriter(err),
            "demo",
            "--json",
            "--out",
            folder.resolve("demo").toString());
    assertThat(code).as(err.toString()).isZero();
    JsonNode systems = new ObjectMapper().readTree(out.toString()).path("systems");
    assertThat(List.copyOf(systems.propertyStream().map(e -> e.getKey()).toList()))
        .containsExactly("plain", "isnet");
    assertThat(f1(systems, "plain", "biased") - f1(systems, "plain", "deceiving"))
        .isGreaterThanOrEqualTo(0.4);
    assertThat(f1(systems, "isnet", "standard")).isGreaterThanOrEqualTo(0.85);
    assertThat(f1(systems, "isnet", "biased") - f1(systems, "isnet", "deceiving"))
        .isLessThanOrEqualTo(0.05);
    assertThat(folder.resolve("demo/report.html")).isNotEmptyFile();
  }

  private static double f1(JsonNode systems, String system, String scenario) {
    return systems.at("/" + system + "/" + scenario + "/macroF1").asDouble(Double.NaN);
  }
}

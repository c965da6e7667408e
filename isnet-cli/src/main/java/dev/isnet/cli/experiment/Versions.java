package dev.isnet.cli.experiment;

import dev.isnet.cli.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.factory.Nd4j;

/** What a result was computed with. */
public final class Versions {
  private Versions() {}

  /**
   * The versions.
   *
   * @return by name: this program, ND4J, its backend, Java, the system
   */
  public static Map<String, String> asMap() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("isnet", Version.text());
    versions.put(
        "nd4j",
        Optional.ofNullable(Nd4j.class.getPackage().getImplementationVersion()).orElse("unknown"));
    versions.put("backend", Nd4j.getBackend().getClass().getSimpleName());
    versions.put("java", Runtime.version().toString());
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return versions;
  }
}

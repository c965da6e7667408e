package dev.isnet.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The style and the script inside every page. */
final class PageAssets {

  private PageAssets() {}

  static String style() {
    return resource("page.css");
  }

  static String script() {
    return resource("page.js");
  }

  /** What may be loaded and run: nothing but what is in the page, and of scripts only ours. */
  static String policy() {
    return "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '"
        + hash(script())
        + "'";
  }

  /** A script as a security policy names it. */
  static String hash(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256.", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = PageAssets.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

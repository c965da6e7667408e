package dev.isnet.notebook;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * The Rapaio kernel: static functions {@code display(type, content)} and {@code updateDisplay(id,
 * type, content)}. Pictures are encoded here, because those that it encodes itself (2.3.0) lack
 * their last bytes.
 */
record RapaioKernel(Class<?> functions) implements Output {

  static final String CLASS = "org.rapaio.jupyter.kernel.global.Global";

  @Override
  public void picture(BufferedImage picture) {
    display("image/png", base64(picture));
  }

  @Override
  public String html(String html, String plain) {
    return display("text/html", html);
  }

  private String display(String type, String content) {
    return (String)
        Output.call(functions, "display", List.of(String.class, Object.class), type, content);
  }

  @Override
  public void update(String id, String html, String plain) {
    Output.call(
        functions,
        "updateDisplay",
        List.of(String.class, String.class, Object.class),
        id,
        "text/html",
        html);
  }

  private static String base64(BufferedImage picture) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(png.toByteArray());
  }
}

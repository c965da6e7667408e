package dev.isnet.notebook;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;

/**
 * IJava and its successor JJava: static functions {@code display(object)}, {@code display(object,
 * types…)} and {@code updateDisplay(id, object, types…)}. Any RenderedImage becomes a PNG, any
 * string the type that is asked for.
 */
record SpencerKernel(Class<?> functions) implements Output {

  /** Where the kernels keep these functions: JJava, its first versions, IJava. */
  static final List<String> CLASSES =
      List.of(
          "org.dflib.jjava.jupyter.kernel.BaseNotebookStatics",
          "org.dflib.jjava.runtime.Display",
          "io.github.spencerpark.ijava.runtime.Display");

  private static final String HTML = "text/html";

  /** The kernel, unless only its classes are there. */
  static Optional<SpencerKernel> running(Class<?> functions) {
    try {
      Output.call(functions, "render", List.of(Object.class), "");
      return Optional.of(new SpencerKernel(functions));
    } catch (IllegalStateException noKernel) {
      return Optional.empty();
    }
  }

  @Override
  public void picture(BufferedImage picture) {
    Output.call(functions, "display", List.of(Object.class), picture);
  }

  @Override
  public String html(String html, String plain) {
    return (String)
        Output.call(
            functions, "display", List.of(Object.class, String[].class), html, new String[] {HTML});
  }

  @Override
  public void update(String id, String html, String plain) {
    Output.call(
        functions,
        "updateDisplay",
        List.of(String.class, Object.class, String[].class),
        id,
        html,
        new String[] {HTML});
  }
}

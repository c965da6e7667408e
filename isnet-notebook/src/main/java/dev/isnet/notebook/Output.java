package dev.isnet.notebook;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;

/** Where a notebook's pictures and tables go. */
sealed interface Output permits SpencerKernel, RapaioKernel, Console {

  /** Shows a picture. */
  void picture(BufferedImage picture);

  /**
   * Shows a piece of HTML.
   *
   * @param plain the same for places that show no HTML
   * @return by what {@link #update} finds it
   */
  String html(String html, String plain);

  /** Puts another piece of HTML in the place of one that was shown. */
  void update(String id, String html, String plain);

  /** The kernel that runs this program, or else the console. */
  static Output find() {
    ClassLoader own = Output.class.getClassLoader();
    return SpencerKernel.CLASSES.stream()
        .flatMap(name -> loaded(name, own).stream())
        .flatMap(found -> SpencerKernel.running(found).stream())
        .map(Output.class::cast)
        .findFirst()
        .or(() -> loaded(RapaioKernel.CLASS, own).map(RapaioKernel::new))
        .orElseGet(() -> new Console(System.out));
  }

  private static Optional<Class<?>> loaded(String name, ClassLoader loader) {
    try {
      return Optional.of(Class.forName(name, false, loader));
    } catch (ClassNotFoundException | LinkageError absent) {
      return Optional.empty();
    }
  }

  /** What the functions that a kernel offers to notebooks do when they are called by name. */
  static Object call(Class<?> functions, String name, List<Class<?>> types, Object... values) {
    try {
      return functions.getMethod(name, types.toArray(Class<?>[]::new)).invoke(null, values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "The notebook's kernel cannot show this: %s.%s fails (%s)."
              .formatted(functions.getName(), name, e.getCause() == null ? e : e.getCause()),
          e);
    }
  }
}

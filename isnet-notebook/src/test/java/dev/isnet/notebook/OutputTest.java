package dev.isnet.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class OutputTest {

  private static final BufferedImage PICTURE = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);

  /** The functions that IJava 1.3 and JJava offer to notebooks, and what they were asked for. */
  public static final class Spencer {
    static final List<String> CALLS = new ArrayList<>();

    private Spencer() {}

    public static Object render(Object object) {
      return object;
    }

    public static String display(Object object) {
      CALLS.add("display " + object.getClass().getSimpleName());
      return "7";
    }

    public static String display(Object object, String... types) {
      CALLS.add("display " + object + " as " + List.of(types));
      return "8";
    }

    public static void updateDisplay(String id, Object object, String... types) {
      CALLS.add("update " + id + " " + object + " as " + List.of(types));
    }
  }

  /** The functions that the Rapaio kernel offers to notebooks. */
  public static final class Rapaio {
    static final List<String> CALLS = new ArrayList<>();

    private Rapaio() {}

    public static String display(String type, Object object) {
      CALLS.add(type + " " + object);
      return "9";
    }

    public static void updateDisplay(String id, String type, Object object) {
      CALLS.add("update " + id + " " + type + " " + object);
    }
  }

  /** A kernel whose functions are there while it is not running. */
  public static final class Idle {
    private Idle() {}

    public static Object render(Object object) {
      throw new IllegalStateException("No kernel running");
    }
  }

  @Test
  void ijavaGetsPicturesAsObjectsAndHtmlByItsType() {
    Output output = SpencerKernel.running(Spencer.class).orElseThrow();
    output.picture(PICTURE);
    assertThat(output.html("<b>x</b>", "x")).isEqualTo("8");
    output.update("8", "<b>y</b>", "y");
    assertThat(Spencer.CALLS)
        .containsExactly(
            "display BufferedImage",
            "display <b>x</b> as [text/html]",
            "update 8 <b>y</b> as [text/html]");
  }

  @Test
  void aKernelThatDoesNotRunIsNotUsed() {
    assertThat(SpencerKernel.running(Idle.class)).isEmpty();
  }

  @Test
  void rapaioGetsWholePngs() throws IOException {
    Output output = new RapaioKernel(Rapaio.class);
    output.picture(PICTURE);
    assertThat(output.html("<b>x</b>", "x")).isEqualTo("9");
    output.update("9", "<b>y</b>", "y");
    assertThat(Rapaio.CALLS.subList(1, 3))
        .containsExactly("text/html <b>x</b>", "update 9 text/html <b>y</b>");
    String png = Rapaio.CALLS.get(0);
    assertThat(png).startsWith("image/png ");
    byte[] bytes = Base64.getDecoder().decode(png.substring("image/png ".length()));
    assertThat(new String(bytes, bytes.length - 8, 4, StandardCharsets.US_ASCII)).isEqualTo("IEND");
    assertThat(ImageIO.read(new ByteArrayInputStream(bytes)).getWidth()).isEqualTo(3);
  }

  @Test
  void anotherVersionOfAKernelIsNamed() {
    assertThatThrownBy(() -> new RapaioKernel(Idle.class).picture(PICTURE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("The notebook's kernel cannot show this: " + Idle.class.getName());
  }

  @Test
  void withoutAKernelEverythingIsSaidInWords() {
    assertThat(Output.find()).isInstanceOf(Console.class);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Output output = new Console(new PrintStream(out, true, StandardCharsets.UTF_8));
    output.picture(PICTURE);
    String id = output.html("<b>x</b>", "x");
    output.update(id, "<b>y</b>", "y");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("[a picture of 3×2 pixels]\nx\ny\n");
  }
}

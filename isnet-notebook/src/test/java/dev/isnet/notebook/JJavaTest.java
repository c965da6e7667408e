package dev.isnet.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What JJava's own library makes of what it is given. */
class JJavaTest {

  /** JJava's kernel without its shell and its connection. */
  private static final class Kernel extends BaseKernel {
    final List<DisplayData> shown = new ArrayList<>();

    Kernel() {
      // Of history and magics nothing is needed to display.
      super(
          "test",
          "1",
          new LanguageInfo.Builder("Java").build(),
          List.of(),
          null,
          new JupyterIO(StandardCharsets.UTF_8),
          new CommManager(),
          new Renderer(),
          null,
          new MagicsRegistry(),
          false,
          new StringStyler("", "", "", line -> ""));
    }

    void start() {
      installNotebookKernel();
    }

    void stop() {
      uninstallNotebookKernel();
    }

    @Override
    public void display(DisplayData data) {
      shown.add(data);
    }

    @Override
    public Object evalRaw(String code) {
      throw new UnsupportedOperationException();
    }

    @Override
    public DisplayData inspect(String code, int at, boolean extra) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ReplacementOptions complete(String code, int at) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String isComplete(String code) {
      return IS_COMPLETE_YES;
    }
  }

  private final Kernel kernel = new Kernel();

  @BeforeEach
  void start() {
    kernel.start();
  }

  @AfterEach
  void stop() {
    kernel.stop();
  }

  @Test
  void aRunningKernelIsFound() {
    assertThat(Output.find()).isInstanceOf(SpencerKernel.class);
  }

  @Test
  void aPictureBecomesAPng() throws IOException {
    Output.find().picture(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB));
    String png = (String) kernel.shown.get(0).getData(MIMEType.IMAGE_PNG);
    // JJava leaves out the last bytes, which nobody who reads pictures minds.
    BufferedImage read =
        ImageIO.read(new ByteArrayInputStream(Base64.getMimeDecoder().decode(png)));
    assertThat(read.getWidth()).isEqualTo(3);
    assertThat(read.getHeight()).isEqualTo(2);
  }

  @Test
  void aTableBecomesHtml() {
    Notebook.show(Table.of("system").row("plain"));
    assertThat((String) kernel.shown.get(0).getData(MIMEType.TEXT_HTML))
        .startsWith("<table><thead>")
        .contains(">plain</td>");
  }

  @Test
  void whatWasShownCanBeReplaced() {
    String id = Output.find().html("<b>x</b>", "x");
    assertThat(id).isEqualTo(kernel.shown.get(0).getDisplayId()).isNotEmpty();
    Output.find().update(id, "<b>y</b>", "y");
  }
}

package dev.isnet.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images as large as they may be, in as much memory as the launcher gives. */
class LargeImagesIT {
  private static final int HEIGHT = 5000;
  private static final int WIDTH = (int) (Reading.DEFAULT_MAX_PIXELS / HEIGHT);

  @TempDir private Path root;

  /** Reads all images of a data set on two threads, as training does. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) {
      try {
        DatasetManifest manifest = DatasetManifest.read(Path.of(args[0]));
        MaskedImages images =
            MaskedImages.builder(manifest, Split.TRAIN, new ImageSize(64, 64, 3))
                .optBatch(1)
                .optThreads(2)
                .build();
        for (int epoch = 0; epoch < 2; epoch++) {
          try (BatchIterator batches = images.epoch(epoch)) {
            while (batches.hasNext()) {
              try (MaskedBatch batch = batches.next()) {
                System.out.println(batch.files().get(0) + " " + batch.hasMask()[0]);
              }
            }
          }
        }
      } catch (InputException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private List<String> read(String heap) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                root.toString())
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return text.lines().filter(line -> line.contains("jpg")).toList();
  }

  @Test
  void theLargestImagesFitAndWhatDoesNotIsNamed() throws IOException, InterruptedException {
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
    BufferedImage mask = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 1000; i++) {
      picture.setRGB(i, i, 0xFF8800);
      mask.getRaster().setSample(i, i, 0, 255);
    }
    ImageIO.write(picture, "jpg", root.resolve("1.jpg").toFile());
    Files.copy(root.resolve("1.jpg"), root.resolve("2.jpg"));
    ImageIO.write(mask, "png", root.resolve("m.png").toFile());
    new TestFolder(root)
        .labels("file,label,mask,split", "1.jpg,a,m.png,train", "2.jpg,b,m.png,train");
    assertThat(read("-Xmx1g"))
        .containsExactlyInAnyOrder("1.jpg true", "2.jpg true", "1.jpg true", "2.jpg true");
    assertThat(read("-Xmx200m"))
        .singleElement()
        .asString()
        .startsWith("The image '" + root)
        .contains(".jpg' (labels.csv, line ")
        .contains("does not fit into the memory, of which there are ");
  }
}

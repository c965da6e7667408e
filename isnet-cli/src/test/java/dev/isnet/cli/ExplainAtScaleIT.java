package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.backbone.ConvNet;
import dev.isnet.cli.experiment.ExperimentYaml;
import dev.isnet.data.ImageSize;
import dev.isnet.model.ModelBundle;
import dev.isnet.model.ModelInfo;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Thousands of images, and a classifier with a thousand classes. */
class ExplainAtScaleIT {
  private static final int IMAGES = 2_000;
  private static final int CLASSES = 1_000;
  private static final int SIDE = 32;
  private static final ImageSize SIZE = new ImageSize(SIDE, SIDE, 1);

  @TempDir private static Path folder;

  @BeforeAll
  static void dataAndModel() throws IOException {
    Files.createDirectories(folder.resolve("set"));
    StringBuilder labels = new StringBuilder("file,label,mask,split\n");
    Random random = new Random(1);
    BufferedImage mask = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    mask.setRGB(8, 8, 0xffffff);
    ImageIO.write(mask, "png", folder.resolve("set/mask.png").toFile());
    for (int i = 0; i < IMAGES; i++) {
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
      for (int cell = 0; cell < SIDE * SIDE; cell++) {
        image.setRGB(cell % SIDE, cell / SIDE, random.nextInt(256) * 0x010101);
      }
      ImageIO.write(image, "png", folder.resolve("set/%04d.png".formatted(i)).toFile());
      labels.append(
          "%04d.png,class %d,%s,test\n".formatted(i, i % CLASSES, i % 2 == 0 ? "mask.png" : ""));
    }
    Files.writeString(folder.resolve("set/labels.csv"), labels);
    Files.writeString(
        folder.resolve("set/few.csv"),
        labels.toString().lines().limit(4).collect(Collectors.joining("\n", "", "\n")));
    Path yaml = folder.resolve("experiment.yaml");
    Files.writeString(
        yaml,
        "data: set\nimage: {height: 32, width: 32, channels: 1}\ntraining: {batch: 8}\nout: run\n");
    ComputationGraph network =
        new ComputationGraph(ConvNet.builder(SIZE, CLASSES).optFilters(8).optSeed(1).build());
    network.init();
    List<String> classes = IntStream.range(0, CLASSES).mapToObj(k -> "class " + k).toList();
    new ModelBundle(
            network,
            new ModelInfo(
                SIZE,
                classes,
                ModelInfo.UNIT_PIXELS,
                Map.of("configuration", ExperimentYaml.toMap(ExperimentYaml.read(yaml)))))
        .write(folder.resolve("model.zip"));
  }

  private static String[] command(String out, String... more) {
    return Stream.concat(
            Stream.of(
                "explain",
                "--model",
                folder.resolve("model.zip").toString(),
                "--data",
                folder.resolve("set").toString(),
                "--out",
                folder.resolve(out).toString()),
            Arrays.stream(more))
        .toArray(String[]::new);
  }

  private static String explain(StringWriter err, String out, String... more) {
    StringWriter text = new StringWriter();
    assertThat(Main.run(new PrintWriter(text), new PrintWriter(err), command(out, more)))
        .describedAs(err.toString())
        .isZero();
    return text.toString();
  }

  @Test
  void twoThousandImagesAreExplainedAndGoOnWhereTheyWereInterrupted() throws IOException {
    StringWriter err = new StringWriter();
    String[] chosen = {"--classes", "class 7,class 3"};
    assertThat(explain(err, "maps", chosen)).startsWith("2000 images explained, 0 of them before");
    assertThat(err.toString()).contains("explain").contains("2000");
    Path index = folder.resolve("maps/index.csv");
    List<String> lines = Files.readAllLines(index);
    assertThat(lines).hasSize(IMAGES + 1);
    try (INDArray maps =
        Nd4j.createFromNpyFile(folder.resolve("maps/maps/1999.png.npy").toFile())) {
      assertThat(maps.shape()).containsExactly(2, 1, SIDE, SIDE);
    }

    Files.writeString(index, String.join("\n", lines.subList(0, 1901)) + "\n1.0,19");
    assertThat(explain(err, "maps", chosen))
        .startsWith("2000 images explained, 1900 of them before");
    assertThat(Files.readAllLines(index)).isEqualTo(lines);
  }

  /** All maps of the three images at once would take 100 MB for the first layer alone. */
  @Test
  void aThousandClassesAreExplainedAFewAtATime() throws Exception {
    ChildJvm.Outcome outcome =
        ChildJvm.start(
                folder,
                List.of("-Xmx200m", "-Dorg.bytedeco.javacpp.maxbytes=100m"),
                command("all", "--labels", "few.csv"))
            .finish();
    assertThat(outcome.code()).describedAs(outcome.err()).isZero();
    explain(new StringWriter(), "last", "--labels", "few.csv", "--classes", "class 999");
    try (INDArray all = Nd4j.createFromNpyFile(folder.resolve("all/maps/0002.png.npy").toFile());
        INDArray last = Nd4j.createFromNpyFile(folder.resolve("last/maps/0002.png.npy").toFile())) {
      assertThat(all.shape()).containsExactly(CLASSES, 1, SIDE, SIDE);
      assertThat(all.slice(CLASSES - 1).dup('c').data().asFloat())
          .isEqualTo(last.dup('c').data().asFloat());
    }
  }
}

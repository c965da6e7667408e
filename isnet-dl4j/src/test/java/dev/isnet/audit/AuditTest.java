package dev.isnet.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ImageSize;
import dev.isnet.data.Split;
import dev.isnet.graph.Twin;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;

class AuditTest {
  private static final int SIDE = 8;

  @TempDir private Path folder;

  /** A mask that is all foreground leaves no background, so that it counts for nothing. */
  @Test
  void studiedAreImagesWhoseMaskCounts() throws IOException {
    AuditResult result = audit(network(), 40, 4);
    assertThat(result.counted()).isEqualTo(4);
    assertThat(result.background().orElseThrow().trust().orElseThrow().images()).isEqualTo(3);
  }

  @Test
  void withoutAnyMaskThatCountsNothingIsStudied() throws IOException {
    AuditResult result = audit(network(), 6, 0);
    assertThat(result.background()).isEmpty();
    assertThat(Verdict.of(result).numbers())
        .isEqualTo("None of the 6 images has a mask that counts.");
  }

  /** Its masks are as good as any: what is missing are heatmaps and skill. */
  @Test
  void aDeadNetworkHasNoSkillAndHeatmapsOfZeros() throws IOException {
    ComputationGraph dead = network();
    dead.params().assign(0);
    Verdict verdict = Verdict.of(audit(dead, 40, 40));
    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.NO_SKILL);
    assertThat(verdict.numbers())
        .startsWith(
            "The heatmaps are zero everywhere; another image's background flips 0 % [0, 7] of the"
                + " decisions (40 images with masks");
    assertThat(verdict.advice())
        .singleElement()
        .asString()
        .startsWith("It is right on 50 %")
        .contains("no more than chance (kappa 0.00 [0.00, 0.00])");
  }

  private static ComputationGraph network() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "conv",
                    new ConvolutionLayer.Builder(1, 1).nOut(2).activation(Activation.RELU).build(),
                    "in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build(),
                    "conv")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(SIDE, SIDE, 1))
                .build());
    network.init();
    return network;
  }

  /**
   * Studies at most three images.
   *
   * @param images of two classes by turns, all with masks
   * @param counting how many of the masks, from the last image on, leave some background
   */
  private AuditResult audit(ComputationGraph network, int images, int counting) throws IOException {
    write("all.png", 255, 255);
    write("half.png", 255, 0);
    StringBuilder labels = new StringBuilder("file,label,mask,split\n");
    for (int i = 0; i < images; i++) {
      String name = i + ".png";
      write(name, 100 + 50 * (i % 2), 20 + i);
      String mask = i < images - counting ? "all.png" : "half.png";
      labels.append("%s,%s,%s,test\n".formatted(name, i % 2 == 0 ? "ill" : "well", mask));
    }
    Files.writeString(folder.resolve(DatasetManifest.LABELS_FILE), labels);
    return Audit.run(
        new AuditedNetwork(
            new AuditableNetwork(network, Twin.Output.SOFTMAX, AuditHeatmaps.relevance()),
            new ImageSize(SIDE, SIDE, 1),
            List.of("ill", "well"),
            0,
            1,
            false),
        DatasetManifest.read(folder),
        Split.TEST,
        new AuditPlan(8, 1, 3, 2, 2, 2, 1, 100, 1),
        (done, all) -> {});
  }

  /** An image with a left and a right half. */
  private void write(String name, int left, int right) throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        image.getRaster().setSample(column, row, 0, column < SIDE / 2 ? left : right);
      }
    }
    ImageIO.write(image, "png", folder.resolve(name).toFile());
  }
}

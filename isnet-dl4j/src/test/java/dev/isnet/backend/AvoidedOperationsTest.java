package dev.isnet.backend;

import static dev.isnet.backend.Numbers.between;
import static dev.isnet.backend.Numbers.uniform;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Conv2DDerivative;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The faults that there are substitutes for. Each test shows that a fault is still there and fails
 * on a backend that has repaired it: then the substitute is not needed any more.
 */
@BackendContract
class AvoidedOperationsTest {

  private static final INDArray X = uniform(DataType.DOUBLE, 1, 3, 4);
  private static final INDArray LABELS =
      Nd4j.createFromArray(new double[][] {{1, 0, 0, 0}, {0, 0, 1, 0}, {0, 1, 0, 0}});

  /** Substitute: the loss as ordinary operations, or as an operation of our own. */
  @ParameterizedTest
  @MethodSource("losses")
  void aLossIgnoresTheGradientFromAbove(String name, Expression loss) {
    INDArray gradient = loss.gradients(X)[0];
    assertThat(gradient.amaxNumber().doubleValue()).isGreaterThan(0.01);
    Expression weighted = (sd, x) -> loss.of(sd, x).mul(0.3);
    INDArray ignored = weighted.gradients(X)[0];
    stillThere("sd.loss." + name + " in a weighted sum", ignored.equalsWithEps(gradient, 1e-9));
  }

  static Stream<Arguments> losses() {
    return Stream.of(
        loss(
            "softmaxCrossEntropy",
            (sd, x) -> sd.loss().softmaxCrossEntropy(labels(sd), x[0], null)),
        loss(
            "sigmoidCrossEntropy",
            (sd, x) -> sd.loss().sigmoidCrossEntropy(labels(sd), x[0], null)),
        loss("meanSquaredError", (sd, x) -> sd.loss().meanSquaredError(labels(sd), x[0], null)),
        loss("absoluteDifference", (sd, x) -> sd.loss().absoluteDifference(labels(sd), x[0], null)),
        loss("hingeLoss", (sd, x) -> sd.loss().hingeLoss(labels(sd), x[0], null)),
        loss("huberLoss", (sd, x) -> sd.loss().huberLoss(labels(sd), x[0], null, 1)),
        loss("logLoss", (sd, x) -> sd.loss().logLoss(labels(sd), sd.nn().sigmoid(x[0]))));
  }

  private static Arguments loss(String name, Expression loss) {
    return Arguments.of(name, loss);
  }

  private static SDVariable labels(SameDiff sd) {
    return sd.constant(LABELS);
  }

  /** Substitute: the relevance pass as forward operations. */
  @Test
  void aGradientOperationHasNoGradient() {
    Expression derivative =
        (sd, x) ->
            new Conv2DDerivative(
                    sd,
                    new SDVariable[] {x[0], x[1], x[2]},
                    SameDiffOperationsTest.conv(1, 1, WeightsFormat.YXIO))
                .outputVariables()[0];
    stillThere(
        "the gradient of a gradient",
        throwsWith(
            "derivative of derivative",
            () ->
                derivative.gradients(
                    uniform(DataType.DOUBLE, 1, 1, 2, 4, 4),
                    uniform(DataType.DOUBLE, 2, 3, 3, 2, 3),
                    uniform(DataType.DOUBLE, 3, 1, 3, 4, 4))));
  }

  /** Substitute: conv2d_bp called with arrays for its results, whose shapes it need not find. */
  @Test
  void conv2dWithDl4jsWeightsHasNoGradient() {
    Expression conv =
        (sd, x) ->
            sd.cnn().conv2d(x[0], x[1], SameDiffOperationsTest.conv(1, 1, WeightsFormat.OIYX));
    stillThere(
        "the gradient of conv2d with weights [out, in, rows, columns]",
        throwsWith(
            "conv2d_bp",
            () ->
                conv.gradients(
                    uniform(DataType.DOUBLE, 1, 1, 2, 4, 4),
                    uniform(DataType.DOUBLE, 2, 5, 2, 3, 3))));
  }

  /** Substitute: an operation of our own. */
  @Test
  void batchNormHasNoGradient() {
    Expression norm = (sd, x) -> sd.nn().batchNorm(x[0], x[1], x[2], x[3], x[4], 1e-5, 1);
    stillThere(
        "the gradient of nn.batchNorm",
        throwsWith(
            "axis must be specified",
            () ->
                norm.gradients(
                    uniform(DataType.DOUBLE, 1, 2, 3, 4, 4),
                    uniform(DataType.DOUBLE, 2, 3),
                    between(0.5, 2, DataType.DOUBLE, 3, 3),
                    uniform(DataType.DOUBLE, 4, 3),
                    uniform(DataType.DOUBLE, 5, 3))));
  }

  /** Substitute: an operation of our own, which keeps the winners. */
  @Test
  void maxPoolWithArgmaxDoesNotMakeTheImageSmaller() {
    Expression pool =
        (sd, x) -> sd.cnn().maxPoolWithArgmax(x[0], SameDiffOperationsTest.pool(2, 2, 0))[0];
    stillThere(
        "cnn.maxPoolWithArgmax",
        !Arrays.equals(
            pool.value(uniform(DataType.DOUBLE, 1, 2, 3, 8, 8)).shape(), new long[] {2, 3, 4, 4}));
  }

  /**
   * It is asked for in a virtual machine of its own. That usually ends with a signal, but memory
   * may be so broken that it hangs in its own crash handler: what counts is that it never gets past
   * the gradients.
   */
  @Test
  void theGradientOfMaxPoolWithArgmaxKillsTheVirtualMachine(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path output = folder.resolve("output.txt");
    Process machine =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Fatal.class.getName())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    machine.waitFor(60, TimeUnit.SECONDS);
    machine.destroyForcibly().waitFor();
    String said = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    assertThat(said).contains(Fatal.BEFORE);
    stillThere("the gradient of cnn.maxPoolWithArgmax", !said.contains(Fatal.AFTER));
  }

  /** What the other virtual machine runs: it writes beside its arrays until that is noticed. */
  static final class Fatal {
    static final String BEFORE = "[before the gradients]";
    static final String AFTER = "[after the gradients]";

    private Fatal() {}

    public static void main(String[] args) {
      Expression pool =
          (sd, x) -> sd.cnn().maxPoolWithArgmax(x[0], SameDiffOperationsTest.pool(3, 2, 1))[0];
      INDArray image = uniform(DataType.DOUBLE, 1, 2, 3, 9, 9);
      System.out.println(BEFORE);
      System.out.flush();
      for (int i = 0; i < 50; i++) {
        pool.gradients(image);
      }
      System.out.println(AFTER);
    }
  }

  /** Substitute: the mean of squared differences. */
  @Test
  void theBiasedVarianceHasAWrongGradient() {
    stillThere(
        "the gradient of sd.variance(biasCorrected = false)",
        wrong((sd, x) -> sd.variance(x[0], false, 1), X));
  }

  /** Substitute: arguments of equal shapes. */
  @Test
  void maxAndMinOfABroadcastArgumentHaveAWrongGradient() {
    INDArray row = uniform(DataType.DOUBLE, 2, 1, 4);
    stillThere(
        "the gradient of math.max with broadcasting",
        wrong((sd, x) -> sd.math().max(x[0], x[1]), X, row));
    stillThere(
        "the gradient of math.min with broadcasting",
        wrong((sd, x) -> sd.math().min(x[0], x[1]), X, row));
  }

  /** Substitute: a product with a one-hot matrix. */
  @Test
  void gatherOfRepeatedIndicesHasAWrongGradient() {
    stillThere(
        "the gradient of gather with repeated indices",
        wrong((sd, x) -> sd.gather(x[0], new int[] {1, 0, 1, 1}, 0), X));
  }

  /** Substitute: a product with a triangular matrix. */
  @Test
  void cumsumHasAWrongGradient() {
    stillThere("the gradient of cumsum", wrong((sd, x) -> sd.cumsum(x[0], 1), X));
  }

  /** Substitute: arithmetic with a mask of zeros and ones. */
  @Test
  void whereHasNoGradient() {
    Expression where = (sd, x) -> sd.where(x[0], x[0].mul(2), x[0].gt(0));
    stillThere(
        "the gradient of where",
        throwsWith("Please extend DynamicCustomOp.doDiff", () -> where.gradients(X)));
  }

  /** Substitute: a mask that is given from outside. */
  @Test
  void dropoutHasNoGradient() {
    Expression dropout = (sd, x) -> sd.nn().dropout(x[0], 0.5);
    stillThere(
        "the gradient of nn.dropout", throwsWith("Not supported", () -> dropout.gradients(X)));
  }

  /** Substitute: sorting in Java. */
  @Test
  void topKHasNoGradient() {
    Expression topK = (sd, x) -> sd.nn().topK(x[0], 2, true)[0];
    stillThere("the gradient of topK", throwsWith("Not implemented yet", () -> topK.gradients(X)));
  }

  /** Substitute: {@code upsampling2d(x, h, w, true)}. */
  @Test
  void upsamplingWithOneScaleThrows() {
    Expression larger = (sd, x) -> sd.cnn().upsampling2d(x[0], 2);
    stillThere(
        "upsampling2d(x, scale)",
        throwsWith(
            "no shapes were returned",
            () -> larger.value(uniform(DataType.DOUBLE, 1, 1, 2, 3, 3))));
  }

  /** Substitute: the logarithm of softmax. */
  @Test
  void logSoftmaxWithADimensionThrows() {
    Expression logSoftmax = (sd, x) -> sd.nn().logSoftmax(x[0], 1);
    stillThere(
        "the gradient of logSoftmax(x, dimension)",
        throwsWith("LogSoftMax", () -> logSoftmax.gradients(X)));
  }

  /** Substitute: exp, sum and log. */
  @Test
  void logSumExpAndReshapeThrow() {
    Expression shifted = (sd, x) -> x[0].sub(sd.math().logSumExp(x[0], 1).reshape(3, 1));
    stillThere(
        "the gradient of logSumExp, then reshape",
        throwsWith("bad input shape", () -> shifted.gradients(X)));
  }

  /** Substitute: ND4J's own kernels, without helpers. */
  @Test
  void oneDnnRefusesDilatedWindows() {
    NaiveConvolution window = new NaiveConvolution(2, 3, 9, 9, 4, 3, 1, 2, 2, false);
    INDArray[] in = {
      uniform(DataType.FLOAT, 1, window.inputShape()),
      uniform(DataType.FLOAT, 2, window.weightShape())
    };
    INDArray[] out = {Numbers.unfilled(DataType.FLOAT, window.outputShape())};
    stillThere(
        "conv2d with dilation and helpers",
        throwsWith(
            "dilated",
            () -> Numbers.call("conv2d", in, out, new double[0], true, window.arguments())));
  }

  /**
   * Substitute: two images, where a test in double has maps of one cell. In float oneDNN takes it.
   */
  @Test
  void depthwiseConvolutionOfOneImageOfOneCellThrowsInDouble() {
    INDArray[] in = {
      uniform(DataType.DOUBLE, 1, 1, 4, 1, 1), uniform(DataType.DOUBLE, 2, 1, 1, 4, 1)
    };
    INDArray[] out = {Numbers.unfilled(DataType.DOUBLE, 1, 4, 1, 1)};
    stillThere(
        "depthwise_conv2d of one image of one cell",
        throwsWith(
            "Z array must be scalar",
            () ->
                Numbers.call(
                    "depthwise_conv2d",
                    in,
                    out,
                    new double[0],
                    true,
                    1,
                    1,
                    1,
                    1,
                    0,
                    0,
                    1,
                    1,
                    0,
                    0,
                    0)));
  }

  /** Substitute: a backward pass of our own; results go to stdout, so nothing else may. */
  @Test
  void differentiationWritesToStdout() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.var("x", X.dup());
    sd.setLossVariables(x.mul(x).sum());
    PrintStream out = System.out;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
    try {
      sd.calculateGradients(Map.of(), "x");
    } finally {
      System.setOut(out);
    }
    stillThere("createGradFunction without messages", written.size() > 0);
  }

  /** The gradient is there and is not that of finite differences. */
  private static boolean wrong(Expression expression, INDArray... x) {
    return expression.gradientError(DataType.DOUBLE, x) > 1e-3;
  }

  /** Another exception is another fault than the known one, and is thrown on. */
  private static boolean throwsWith(String words, Runnable work) {
    try {
      work.run();
      return false;
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (String.valueOf(cause.getMessage()).contains(words)) {
          return true;
        }
      }
      throw e;
    }
  }

  private static void stillThere(String what, boolean fault) {
    assertThat(fault).as("%s now works on this backend: the substitute can go", what).isTrue();
  }
}

package dev.isnet.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.isnet.graph.op.TwinOp;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The terms of hierarchical attention mining against formulas written out cell by cell. */
class HierarchicalAttentionLossTest {
  private static final int IMAGES = 4;
  private static final int CLASSES = 3;
  private static final int H = 4;
  private static final int W = 6;
  private static final int CELLS = H * W;

  /** One class, two, none, and one without a mask. */
  private static final INDArray LABELS =
      Nd4j.createFromArray(new double[][] {{0, 1, 0}, {1, 0, 1}, {0, 0, 0}, {0, 0, 1}});

  private static final INDArray COUNTED = Nd4j.createFromArray(1.0, 1.0, 1.0, 0.0);

  private final Random random = new Random(3);
  private final INDArray classMaps = maps(CLASSES);
  private final INDArray anomalyMap = maps(1);
  private final INDArray masks = masks();

  /** A quarter of the cells is 0, as behind a ReLU; many are beside the threshold of 0.75. */
  private INDArray maps(int planes) {
    INDArray maps = Nd4j.zeros(DataType.DOUBLE, IMAGES, planes, H, W);
    for (long i = 0; i < maps.length(); i++) {
      boolean seen = random.nextInt(4) > 0;
      maps.putScalar(i, seen ? Math.max(0, 0.75 + 0.3 * random.nextGaussian()) : 0);
    }
    return maps;
  }

  /** Two pixels and a half in a row for every cell, three in a column. */
  private INDArray masks() {
    INDArray masks = Nd4j.zeros(DataType.DOUBLE, IMAGES, 1, 3 * H, 5 * W / 2);
    for (long i = 0; i < masks.length(); i++) {
      masks.putScalar(i, random.nextInt(2));
    }
    return masks;
  }

  private TwinOp op(double bound, double union, double mask) {
    SameDiff graph = SameDiff.create();
    return new HierarchicalAttentionLossOp(
        bound,
        union,
        mask,
        placeholder(graph, "classMaps"),
        placeholder(graph, "anomalyMap"),
        placeholder(graph, "labels"),
        placeholder(graph, "masks"),
        placeholder(graph, "counted"));
  }

  private static SDVariable placeholder(SameDiff graph, String name) {
    return graph.placeHolder(name, DataType.DOUBLE);
  }

  private static INDArray[] run(TwinOp op, INDArray... in) {
    long[][] shapes =
        op.outputShapes(Arrays.stream(in).map(INDArray::shape).toArray(long[][]::new));
    INDArray[] out =
        Arrays.stream(shapes).map(s -> Nd4j.create(DataType.DOUBLE, s)).toArray(INDArray[]::new);
    op.kernel(in, out).run();
    return out;
  }

  private INDArray[] attention(double bound, double union, double mask) {
    return run(op(bound, union, mask), classMaps, anomalyMap, LABELS, masks, COUNTED);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private double c(int b, int k, int cell) {
    return classMaps.getDouble(((long) b * CLASSES + k) * CELLS + cell);
  }

  private double a(int b, int cell) {
    return anomalyMap.getDouble((long) b * CELLS + cell);
  }

  private static boolean positive(int b, int k) {
    return LABELS.getDouble(b, k) > 0;
  }

  @Test
  void boundIsWhatOfTheClassesLiesOutsideTheAnomaly() {
    double expected = 0;
    for (int b = 0; b < IMAGES; b++) {
      for (int k = 0; k < CLASSES; k++) {
        double all = 0;
        double within = 0;
        for (int i = 0; i < CELLS; i++) {
          all += c(b, k, i);
          within += Math.min(c(b, k, i), a(b, i)) * sigmoid(100 * (c(b, k, i) - 0.75));
        }
        expected += positive(b, k) ? (all - within) / all / 4 : 0;
      }
    }
    assertThat(attention(1, 1, 1)[2].getDouble(0)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void unionIsWhatOfTheAnomalyLiesOutsideTheGreatestOfTheClasses() {
    double expected = 0;
    for (int b : new int[] {0, 1, 3}) {
      double all = 0;
      double within = 0;
      for (int i = 0; i < CELLS; i++) {
        double greatest = 0;
        for (int k = 0; k < CLASSES; k++) {
          greatest = positive(b, k) ? Math.max(greatest, c(b, k, i)) : greatest;
        }
        all += a(b, i);
        within += Math.min(greatest, a(b, i)) * sigmoid(100 * (a(b, i) - 0.75));
      }
      expected += (all - within) / all / 3;
    }
    assertThat(attention(1, 1, 1)[2].getDouble(1)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void maskIsTheDistanceOfTheClassesFromTheMaskByArea() {
    double expected = 0;
    for (int b : new int[] {0, 1}) {
      for (int k = 0; k < CLASSES; k++) {
        double min = Double.MAX_VALUE;
        double max = 0;
        for (int i = 0; i < CELLS; i++) {
          min = Math.min(min, c(b, k, i));
          max = Math.max(max, c(b, k, i));
        }
        double squares = 0;
        double sizes = 0;
        for (int i = 0; i < CELLS; i++) {
          double q = sigmoid(100 * ((c(b, k, i) - min) / (max - min) - 0.4));
          double m = byArea(b, i / W, i % W);
          squares += (q - m) * (q - m);
          sizes += q + m;
        }
        expected += positive(b, k) ? squares / sizes / 3 : 0;
      }
    }
    assertThat(attention(1, 1, 1)[2].getDouble(2)).isCloseTo(expected, within(1e-12));
  }

  /** In halves of a pixel: six rows and five columns. */
  private double byArea(int b, int row, int column) {
    double sum = 0;
    for (int r = 0; r < 6; r++) {
      for (int s = 0; s < 5; s++) {
        sum += masks.getDouble(b, 0, (6 * row + r) / 2, (5 * column + s) / 2) / 30;
      }
    }
    return sum;
  }

  @Test
  void anomalyIsTheCrossEntropyOfWhetherThereIsAnyClass() {
    INDArray logits = Nd4j.createFromArray(new double[][] {{-2}, {0.5}, {3}, {-0.1}});
    SameDiff graph = SameDiff.create();
    TwinOp op = new AnomalyLossOp(2, placeholder(graph, "logits"), placeholder(graph, "labels"));
    INDArray[] out = run(op, logits, LABELS);
    double expected =
        -(Math.log(sigmoid(-2))
                + Math.log(sigmoid(0.5))
                + Math.log(1 - sigmoid(3))
                + Math.log(sigmoid(-0.1)))
            / 4;
    assertThat(out[1].getDouble(0)).isCloseTo(expected, within(1e-12));
    double[] gradient = {sigmoid(-2) - 1, sigmoid(0.5) - 1, sigmoid(3), sigmoid(-0.1) - 1};
    for (int b = 0; b < IMAGES; b++) {
      assertThat(out[0].getDouble(b)).isCloseTo(2 * gradient[b] / 4, within(1e-12));
    }
  }

  @Test
  void theGradientsOfEveryTermAgreeWithDifferenceQuotients() {
    double[][] weights = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0.5, 2, 3}};
    for (double[] w : weights) {
      INDArray[] out = attention(w[0], w[1], w[2]);
      INDArray[] gradients = {out[0].dup(), out[1].dup()};
      INDArray[] maps = {classMaps, anomalyMap};
      for (int m = 0; m < 2; m++) {
        for (long i = 0; i < maps[m].length(); i++) {
          double old = maps[m].getDouble(i);
          if (old == 0) {
            continue; // a kink, and behind a ReLU nothing flows on
          }
          double step = 1e-6;
          maps[m].putScalar(i, old + step);
          double up = total(w);
          maps[m].putScalar(i, old - step);
          double down = total(w);
          maps[m].putScalar(i, old);
          assertThat(gradients[m].getDouble(i))
              .as("map %d, cell %d, weights %s", m, i, Arrays.toString(w))
              .isCloseTo((up - down) / (2 * step), within(1e-6));
        }
      }
      assertThat(gradients[0].amaxNumber().doubleValue()).isPositive();
    }
  }

  private double total(double[] weights) {
    INDArray terms = attention(weights[0], weights[1], weights[2])[2];
    return weights[0] * terms.getDouble(0)
        + weights[1] * terms.getDouble(1)
        + weights[2] * terms.getDouble(2);
  }

  @Test
  void mapsThatSeeNothingHaveNoMaskGradientAndAreOutsideNothing() {
    classMaps.assign(0);
    anomalyMap.assign(0);
    INDArray[] out = attention(0, 0, 1);
    assertThat(out[2].getDouble(0)).isZero();
    assertThat(out[2].getDouble(1)).isZero();
    assertThat(out[2].getDouble(2)).isPositive();
    assertThat(out[0].amaxNumber().doubleValue()).isZero();
  }
}

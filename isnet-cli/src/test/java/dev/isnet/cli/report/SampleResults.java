package dev.isnet.cli.report;

import dev.isnet.evaluate.Bootstrap;
import dev.isnet.evaluate.Estimate;
import dev.isnet.evaluate.EvaluationResult;
import dev.isnet.evaluate.PairedComparison;
import dev.isnet.evaluate.Performance;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Tests that never were: what a classifier with a given confusion matrix may have said. */
final class SampleResults {

  private SampleResults() {}

  /** Probabilities whose greatest is of the predicted class, the more often right the surer. */
  static EvaluationResult result(long[][] counts, long seed) {
    return result(counts, SampleReport.CLASSES, seed);
  }

  static EvaluationResult result(long[][] counts, List<String> names, long seed) {
    Random random = new Random(seed);
    List<double[]> probabilities = new ArrayList<>();
    List<Integer> truth = new ArrayList<>();
    List<String> files = new ArrayList<>();
    int classes = counts.length;
    for (int t = 0; t < classes; t++) {
      for (int p = 0; p < classes; p++) {
        for (int i = 0; i < counts[t][p]; i++) {
          double top = 0.5 + (t == p ? 0.49 : 0.3) * random.nextDouble();
          double[] row = new double[classes];
          double rest = 0;
          for (int k = 0; k < classes; k++) {
            row[k] = k == p ? 0 : 0.1 + random.nextDouble() + (k == t ? 1 : 0);
            rest += row[k];
          }
          for (int k = 0; k < classes; k++) {
            row[k] = k == p ? top : row[k] / rest * (1 - top);
          }
          probabilities.add(row);
          truth.add(t);
          files.add("images/%d-%d.png".formatted(t, files.size()));
        }
      }
    }
    return EvaluationResult.of(
        probabilities.toArray(double[][]::new),
        truth.stream().mapToInt(Integer::intValue).toArray(),
        files,
        names);
  }

  static ScenarioResult scenario(String name, EvaluationResult result) {
    return ScenarioResult.of(
        name,
        result,
        Performance.of(result, 2_000, 1),
        new Source("./isnet demo --out runs/<demo> --seed 1", "the settings below"));
  }

  static PairedComparison paired(EvaluationResult first, EvaluationResult second) {
    return PairedComparison.of(first, second, Bootstrap.stratified(first.truth(), 200, 1));
  }

  static Estimate change(EvaluationResult from, EvaluationResult to) {
    return paired(to, from).macroF1();
  }
}

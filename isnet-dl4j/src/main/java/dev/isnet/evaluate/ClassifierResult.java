package dev.isnet.evaluate;

import java.util.List;

/** What a classifier said about a test, of single labels or of several. */
public sealed interface ClassifierResult permits EvaluationResult, MultiLabelResult {

  /** The class names. */
  List<String> classes();

  /** Number of samples. */
  int size();

  /** What is achieved on each class. */
  List<ClassMetrics> perClass();

  /** Share of the answers that are right, of all those that are known. */
  double accuracy();

  /** Mean F1 of the classes. */
  default double macroF1() {
    return perClass().stream().mapToDouble(ClassMetrics::f1).average().orElseThrow();
  }
}

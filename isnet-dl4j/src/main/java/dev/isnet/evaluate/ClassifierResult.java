package dev.isnet.evaluate;

import java.util.List;

/** What a classifier said about a test, of single labels or of several. */
public sealed interface ClassifierResult permits EvaluationResult, MultiLabelResult {

  /** The class names. */
  List<String> classes();

  /** Number of samples. */
  int size();

  /** The file of each sample. */
  List<String> files();

  /** Whom each sample shows: bootstraps draw the samples of one patient together. */
  List<String> patients();

  /**
   * The same result of samples of which it is known whom they show.
   *
   * @param names the patient of each sample; a name of its own where that is not known
   * @return the result
   * @throws IllegalArgumentException if there are not as many names as samples
   */
  ClassifierResult withPatients(List<String> names);

  /** What is achieved on each class. */
  List<ClassMetrics> perClass();

  /**
   * The receiver operating characteristic of each class against the rest, in the order of the
   * classes; classes without samples of both kinds are left out, of several labels also those with
   * fewer than two of one kind.
   */
  List<RocCurve> rocs();

  /** Share of the answers that are right, of all those that are known. */
  double accuracy();

  /** Mean F1 of the classes that have samples; 0 if none has. */
  default double macroF1() {
    return perClass().stream()
        .filter(ClassMetrics::present)
        .mapToDouble(ClassMetrics::f1)
        .average()
        .orElse(0);
  }
}

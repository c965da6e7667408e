package dev.isnet.cli.experiment;

import dev.isnet.cli.report.Explanation;
import dev.isnet.cli.report.GalleryRow;
import dev.isnet.data.BatchIterator;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.explain.Explainer;
import dev.isnet.explain.Heatmap;
import dev.isnet.explain.MaskOutline;
import dev.isnet.explain.Pictures;
import dev.isnet.graph.Predictor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The first image of every class in the most telling scenario, as each system sees it.
 *
 * @param names what the systems are called
 * @param systems on the same data, which is that of the first
 */
record Gallery(List<String> names, List<TrainedSystem> systems) {
  /** Of so many classes at most, the maps of all are shown; else only those that matter. */
  private static final int MOST_MAPS = 5;

  List<GalleryRow> rows() {
    TrainedSystem first = systems.get(0);
    ExperimentData data = new ExperimentData(first.config());
    BiasScenario scenario =
        data.scenarios().contains(BiasScenario.DECEIVING)
            ? BiasScenario.DECEIVING
            : BiasScenario.STANDARD;
    Split split = first.config().tests().get(first.config().tests().size() - 1);
    List<GalleryRow> rows = new ArrayList<>();
    Set<Integer> shown = new HashSet<>();
    try (BatchIterator batches = data.test(split, scenario).epoch(0)) {
      while (batches.hasNext() && shown.size() < first.classes().size()) {
        try (MaskedBatch batch = batches.next()) {
          for (int i = 0; i < batch.size(); i++) {
            for (int label = 0; label < first.classes().size(); label++) {
              if (batch.labels().getFloat(i, label) > 0 && shown.add(label)) {
                rows.add(row(batch, i, label, scenario));
              }
            }
          }
        }
      }
    }
    return rows;
  }

  private GalleryRow row(MaskedBatch batch, int i, int label, BiasScenario scenario) {
    INDArray image = batch.images().get(NDArrayIndex.interval(i, i + 1)).dup();
    int channels = (int) image.size(1);
    int height = (int) image.size(2);
    int width = (int) image.size(3);
    Optional<MaskOutline> mask =
        batch.hasMask()[i]
            ? Optional.of(
                MaskOutline.of(
                    batch.masks().get(NDArrayIndex.interval(i, i + 1)).dup().data().asFloat(),
                    height,
                    width))
            : Optional.empty();
    String trueClass = systems.get(0).classes().get(label);
    List<Explanation> explanations = new ArrayList<>();
    for (int s = 0; s < systems.size(); s++) {
      explanations.add(explanation(names.get(s), systems.get(s), image, trueClass));
    }
    return new GalleryRow(
        batch.files().get(i),
        scenario.toString(),
        trueClass,
        Pictures.of(image.data().asFloat(), channels, height, width),
        mask,
        explanations);
  }

  private static Explanation explanation(
      String name, TrainedSystem system, INDArray image, String trueClass) {
    try (Predictor predictor = new Predictor(system.network());
        Explainer explainer = new Explainer(system.network(), Recipe.method(system.config()))) {
      float[] probabilities = predictor.probabilities(image).toFloatVector();
      int best = 0;
      for (int k = 1; k < probabilities.length; k++) {
        best = probabilities[k] > probabilities[best] ? k : best;
      }
      if (predictor.severalLabels()) { // then each label is said or denied by itself
        best = system.classes().indexOf(trueClass);
      }
      boolean denied = predictor.severalLabels() && probabilities[best] < 0.5;
      String predicted = (denied ? Explanation.NOT : "") + system.classes().get(best);
      int said = best;
      int[] shown =
          system.classes().size() <= MOST_MAPS
              ? IntStream.range(0, system.classes().size()).toArray()
              : IntStream.of(system.classes().indexOf(trueClass), said).distinct().toArray();
      List<Heatmap> maps =
          heatmaps(explainer.explain(image, shown), shown, predictor.logits(image), system);
      return new Explanation(name, predicted, probabilities[best], maps);
    }
  }

  private static List<Heatmap> heatmaps(
      INDArray maps, int[] shown, INDArray logits, TrainedSystem system) {
    float[] all = maps.dup('c').data().asFloat();
    int cells = all.length / shown.length;
    return IntStream.range(0, shown.length)
        .mapToObj(
            j ->
                new Heatmap(
                    Arrays.copyOfRange(all, j * cells, (j + 1) * cells),
                    (int) maps.size(2),
                    (int) maps.size(3),
                    (int) maps.size(4),
                    system.classes().get(shown[j]),
                    logits.getDouble(0, shown[j])))
        .toList();
  }
}

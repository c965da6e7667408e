package dev.isnet.cli.experiment;

import dev.isnet.data.BatchIterator;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImages;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.evaluate.Attribution;
import dev.isnet.evaluate.Bootstrap;
import dev.isnet.evaluate.Estimate;
import dev.isnet.evaluate.Patients;
import dev.isnet.explain.Explainer;
import dev.isnet.explain.MaskOutline;
import dev.isnet.graph.Predictor;
import dev.isnet.relevance.RuleSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * How much of the relevance for the predicted class lies outside the mask, on the mean of some
 * images.
 *
 * @param split the images
 * @param scenario the shapes in their backgrounds
 * @param images how many were explained and have relevance
 * @param undefined how many more have a heatmap of zeros, which has no such share
 * @param share Σ|R|·(1 − M) / Σ|R|, with the interval of a bootstrap by patient
 */
public record DecisionBackground(
    Split split, BiasScenario scenario, int images, int undefined, Estimate share) {

  /** Explaining takes longer than classifying, and so many images give two digits. */
  private static final int MOST_IMAGES = 100;

  /** Explains images from everywhere in a test; empty if none of them has a mask and relevance. */
  static Optional<DecisionBackground> of(
      ComputationGraph network,
      RuleSet rules,
      Split split,
      BiasScenario scenario,
      MaskedImages images,
      DatasetManifest manifest,
      long seed) {
    Map<String, Optional<String>> patientOf = new HashMap<>();
    manifest
        .split(split)
        .forEach(sample -> patientOf.put(manifest.nameOf(sample), sample.patient()));
    List<Optional<String>> patients = new ArrayList<>();
    int undefined = 0;
    List<Double> shares = new ArrayList<>();
    int step = (images.size() + MOST_IMAGES - 1) / MOST_IMAGES;
    int at = 0;
    try (Predictor predictor = new Predictor(network);
        Explainer explainer = new Explainer(network, rules);
        BatchIterator batches = images.epoch(0)) {
      while (batches.hasNext()) {
        try (MaskedBatch batch = batches.next()) {
          for (int i = 0; i < batch.size(); i++) {
            if (at++ % step == 0 && batch.hasMask()[i]) {
              double share = share(predictor, explainer, batch, i);
              if (Double.isNaN(share)) {
                undefined++;
              } else {
                shares.add(share);
                patients.add(patientOf.get(batch.files().get(i)));
              }
            }
          }
        }
      }
    }
    return shares.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new DecisionBackground(
                split,
                scenario,
                shares.size(),
                undefined,
                Bootstrap.byPatient(
                        new int[shares.size()],
                        Patients.of(patients),
                        Bootstrap.DEFAULT_REPLICATES,
                        seed)
                    .interval(
                        drawn -> {
                          double sum = 0;
                          for (int i : drawn) {
                            sum += shares.get(i);
                          }
                          return sum / drawn.length;
                        })));
  }

  private static double share(Predictor predictor, Explainer explainer, MaskedBatch batch, int i) {
    try (INDArray image = batch.images().get(NDArrayIndex.interval(i, i + 1)).dup();
        INDArray mask = batch.masks().get(NDArrayIndex.interval(i, i + 1)).dup();
        INDArray logits = predictor.logits(image);
        INDArray map = explainer.explain(image, logits.argMax(1).getInt(0))) {
      int height = (int) mask.size(2);
      int width = (int) mask.size(3);
      boolean[] foreground = MaskOutline.of(mask.data().asFloat(), height, width).foreground();
      return Attribution.backgroundShare(map.data().asFloat(), foreground);
    }
  }
}

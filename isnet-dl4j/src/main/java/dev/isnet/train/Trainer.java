package dev.isnet.train;

import dev.isnet.data.BatchIterator;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskedBatch;
import dev.isnet.data.MaskedImageSource;
import dev.isnet.graph.Translators;
import dev.isnet.graph.Twin;
import dev.isnet.model.ModelBundle;
import dev.isnet.model.ModelInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Algorithm 1 of the paper: in each epoch augmented batches are classified, their heatmaps made,
 * the objective differentiated and a step taken; after each epoch the objective is computed on the
 * validation images. The network ends with the parameters of the smallest validation loss.
 *
 * <p>With a checkpoint folder, training that was killed goes on after the last finished epoch and
 * takes the same way as if it had never been killed.
 */
public final class Trainer {

  private final ComputationGraph network;
  private final Objective objective;
  private final TrainingPlan plan;
  private final MaskedImageSource train;
  private final MaskedImageSource validation;
  private final Optional<Path> checkpoints;
  private final Translators translators;
  private final Map<String, Object> provenance;
  private final List<TrainingListener> listeners;
  private final StepMemory memory;

  private Trainer(Builder builder) {
    network = builder.network;
    objective = builder.objective;
    plan = builder.plan;
    train = builder.train;
    validation = builder.validation;
    checkpoints = builder.checkpoints;
    translators = builder.translators;
    provenance = builder.provenance;
    listeners = List.copyOf(builder.listeners);
    memory = new StepMemory(objective);
  }

  /**
   * Starts a trainer.
   *
   * @param network trained in place; initialised if it was not
   * @param objective what is minimised
   * @param plan how
   * @param train training images
   * @param validation validation images; their epoch 0 is used every time
   * @return the builder
   */
  public static Builder builder(
      ComputationGraph network,
      Objective objective,
      TrainingPlan plan,
      MaskedImageSource train,
      MaskedImageSource validation) {
    return new Builder(network, objective, plan, train, validation);
  }

  /** Options, all with defaults. */
  public static final class Builder {
    private final ComputationGraph network;
    private final Objective objective;
    private final TrainingPlan plan;
    private final MaskedImageSource train;
    private final MaskedImageSource validation;
    private Optional<Path> checkpoints = Optional.empty();
    private Translators translators = Translators.standard();
    private Map<String, Object> provenance = Map.of();
    private final List<TrainingListener> listeners = new ArrayList<>();

    private Builder(
        ComputationGraph network,
        Objective objective,
        TrainingPlan plan,
        MaskedImageSource train,
        MaskedImageSource validation) {
      this.network = network;
      this.objective = objective;
      this.plan = plan;
      this.train = train;
      this.validation = validation;
    }

    /**
     * Keeps last.zip and best.zip in a folder and resumes from it.
     *
     * @param folder created when missing; default: no checkpoints
     * @return this
     */
    public Builder optCheckpoints(Path folder) {
      checkpoints = Optional.of(folder);
      return this;
    }

    /**
     * Sets what the checkpoints record of where they come from, so that each is a model in its own
     * right. The trainer adds {@code epochs}, the number of epochs behind the parameters, and
     * {@code seed}.
     *
     * @param values names and values that JSON can hold; default none
     * @return this
     */
    public Builder optProvenance(Map<String, Object> values) {
      provenance = Map.copyOf(values);
      return this;
    }

    /**
     * What is known of the network's layers.
     *
     * @param known default: the standard translators
     * @return this
     */
    public Builder optTranslators(Translators known) {
      translators = known;
      return this;
    }

    /**
     * Adds a listener.
     *
     * @param listener is told of steps and epochs
     * @return this
     */
    public Builder optListener(TrainingListener listener) {
      listeners.add(listener);
      return this;
    }

    /**
     * The trainer.
     *
     * @return ready to fit
     * @throws InputException when training and validation data have different classes
     */
    public Trainer build() {
      if (!train.classes().equals(validation.classes())) {
        throw new InputException(
            "The training images have the classes %s, the validation images %s; both need the same."
                .formatted(train.classes(), validation.classes()));
      }
      network.init(); // Does nothing the second time.
      return new Trainer(this);
    }
  }

  /**
   * Trains.
   *
   * @return how it ended
   * @throws DivergedException when a loss or gradient is not a number
   * @throws InputException when the checkpoints belong to another training, or an image cannot be
   *     read
   * @throws UncheckedIOException when a checkpoint cannot be written; the one before is then still
   *     there
   */
  public TrainingResult fit() {
    try (LossGraph steps = graph(Twin.Mode.TRAINING);
        LossGraph checks = graph(Twin.Mode.EVALUATION);
        Optimizer optimizer = new Optimizer(plan, network, steps.parameters())) {
      Checkpoint at =
          checkpoints
              .map(folder -> Checkpoint.resume(folder, network.params(), optimizer.state()))
              .orElse(Checkpoint.START);
      INDArray best = bestParameters(at);
      while (at.epochs() < plan.epochs() && !outOfPatience(at)) {
        Epoch run = epoch(steps, checks, optimizer, at);
        EpochMetrics metrics = run.metrics();
        boolean better = metrics.validationLoss() < at.bestLoss();
        if (better) {
          best.assign(network.params());
        }
        at =
            new Checkpoint(
                at.epochs() + 1,
                at.steps() + run.steps(),
                better ? metrics.epoch() : at.bestEpoch(),
                better ? metrics.validationLoss() : at.bestLoss());
        for (TrainingListener listener : listeners) {
          listener.epoch(metrics);
        }
        save(at, better, optimizer);
      }
      network.params().assign(best);
      best.close();
      return new TrainingResult(at.bestEpoch(), at.epochs());
    }
  }

  private LossGraph graph(Twin.Mode mode) {
    return new LossGraph(network, objective, mode, train.classes().size(), translators, memory);
  }

  /** The memory of a step, which training and validation share. */
  StepMemory memory() {
    return memory;
  }

  private record Epoch(EpochMetrics metrics, int steps) {}

  private boolean outOfPatience(Checkpoint at) {
    return plan.patience() > 0
        && at.epochs() > 0
        && at.epochs() - 1 - at.bestEpoch() >= plan.patience();
  }

  private INDArray bestParameters(Checkpoint at) {
    INDArray best = network.params().dup();
    Optional<Path> file = checkpoints.map(Checkpoint::best).filter(Files::exists);
    if (at.epochs() > 0 && file.isPresent()) {
      Checkpoint.copy(ModelBundle.read(file.get()).net().params(), best, file.get());
    }
    return best;
  }

  private void save(Checkpoint at, boolean better, Optimizer optimizer) {
    if (checkpoints.isEmpty()) {
      return;
    }
    Path folder = checkpoints.get();
    Map<String, Object> origin = new LinkedHashMap<>(provenance);
    origin.put("epochs", at.epochs());
    origin.put("seed", plan.seed());
    ModelBundle bundle =
        new ModelBundle(
            network,
            new ModelInfo(train.imageSize(), train.classes(), ModelInfo.UNIT_PIXELS, origin));
    try {
      if (better) {
        bundle.write(Checkpoint.best(folder));
      }
      at.write(folder, bundle, optimizer.state());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Epoch epoch(LossGraph steps, LossGraph checks, Optimizer optimizer, Checkpoint at) {
    long start = System.nanoTime();
    int epoch = at.epochs();
    double target = objective instanceof Objective.Isnet isnet ? isnet.p() : 0;
    double p = plan.p().map(schedule -> schedule.valueAt(at.steps(), epoch)).orElse(target);
    Mean training = train(steps, optimizer, at, p);
    Mean validated = new Mean();
    double score = validate(checks, validated, target, epoch, training.batches - 1);
    LossGraph.Terms t = training.terms();
    LossGraph.Terms v = validated.terms();
    return new Epoch(
        new EpochMetrics(
            epoch,
            steps.total(t, p),
            t.classification(),
            t.background(),
            t.foreground(),
            checks.total(v, target),
            v.classification(),
            v.background(),
            v.foreground(),
            score,
            optimizer.learningRate(at.steps() + training.batches - 1, epoch),
            p,
            (System.nanoTime() - start) / 1e9),
        training.batches);
  }

  /** Takes a step for every training batch. */
  private Mean train(LossGraph graph, Optimizer optimizer, Checkpoint at, double p) {
    int epoch = at.epochs();
    Mean mean = new Mean();
    eachBatch(
        train,
        epoch,
        batch -> {
          int step = mean.batches;
          int iteration = at.steps() + step;
          LossGraph.Terms terms = graph.run(batch, p, plan.seed() * 1_000_003 + iteration);
          requireFinite(terms, epoch, step);
          if (!optimizer.step(graph.gradient(), iteration, epoch)) {
            throw new DivergedException(epoch, step, "gradient");
          }
          graph.updateStatistics();
          mean.add(terms, batch.size());
          int steps = (train.size() + mean.largest - 1) / mean.largest;
          for (TrainingListener listener : listeners) {
            listener.step(epoch, step, steps, graph.total(terms, p));
          }
        });
    return mean;
  }

  /** Computes the objective on every validation batch, and what the network says of its images. */
  private double validate(LossGraph graph, Mean mean, double p, int epoch, int lastStep) {
    ValidationScore score = ValidationScore.of(objective, graph.output(), validation.classes());
    eachBatch(
        validation,
        0,
        batch -> {
          LossGraph.Terms terms = graph.run(batch, p, 0);
          requireFinite(terms, epoch, lastStep);
          mean.add(terms, batch.size());
          score.add(batch, graph.logits());
        });
    return score.value();
  }

  /** Hands out the batches of an epoch, and closes them and their source whatever happens. */
  private static void eachBatch(
      MaskedImageSource source, int epoch, Consumer<MaskedBatch> consumer) {
    Iterator<MaskedBatch> batches = source.epoch(epoch);
    try {
      while (batches.hasNext()) {
        try (MaskedBatch batch = batches.next()) {
          consumer.accept(batch);
        }
      }
    } finally {
      if (batches instanceof BatchIterator closeable) {
        closeable.close();
      }
    }
  }

  private static void requireFinite(LossGraph.Terms terms, int epoch, int step) {
    if (!Double.isFinite(terms.classification())) {
      throw new DivergedException(epoch, step, "classification loss");
    }
    if (!Double.isFinite(terms.background())) {
      throw new DivergedException(epoch, step, "background loss");
    }
    if (!Double.isFinite(terms.foreground())) {
      throw new DivergedException(epoch, step, "foreground loss");
    }
  }

  /** Mean of the terms over images. */
  private static final class Mean {
    private double classification;
    private double background;
    private double foreground;
    private int images;
    private int batches;
    private int largest;

    void add(LossGraph.Terms terms, int count) {
      batches++;
      largest = Math.max(largest, count);
      classification += terms.classification() * count;
      background += terms.background() * count;
      foreground += terms.foreground() * count;
      images += count;
    }

    LossGraph.Terms terms() {
      return new LossGraph.Terms(classification / images, background / images, foreground / images);
    }
  }
}

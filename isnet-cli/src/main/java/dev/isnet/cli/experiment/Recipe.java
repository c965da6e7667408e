package dev.isnet.cli.experiment;

import dev.isnet.backbone.AgSononet;
import dev.isnet.backbone.BackboneBuilder;
import dev.isnet.backbone.ConvNet;
import dev.isnet.backbone.HierarchicalAttention;
import dev.isnet.backbone.MultiTaskUNet;
import dev.isnet.backbone.UNet;
import dev.isnet.cli.experiment.ExperimentConfig.System;
import dev.isnet.cli.experiment.IsnetConfig.FirstLayer;
import dev.isnet.cli.experiment.TrainingConfig.Schedule;
import dev.isnet.explain.Method;
import dev.isnet.loss.HeatmapLoss;
import dev.isnet.relevance.RuleSet;
import dev.isnet.train.DeepSupervision;
import dev.isnet.train.DeepSupervision.Bounds;
import dev.isnet.train.Objective;
import dev.isnet.train.TrainingPlan;
import dev.isnet.train.TuneCut;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** What an experiment's settings mean in terms of networks, objectives and plans. */
final class Recipe {
  private Recipe() {}

  /** A network with fresh parameters, which follow from the experiment's seed. */
  static ComputationGraph network(ExperimentConfig config, int classes, boolean multiLabel) {
    ComputationGraph network =
        new ComputationGraph(
            classifier(config, classes)
                .optMultiLabel(multiLabel)
                .optSeed(config.training().seed())
                .optUpdater(updater(config.training()))
                .build());
    network.init();
    return network;
  }

  /** A U-Net with fresh parameters, which follow from the experiment's seed. */
  static ComputationGraph segmenter(ExperimentConfig config) {
    SegmenterConfig segmenter = config.segmenter();
    ComputationGraph network =
        new ComputationGraph(
            UNet.builder(config.image())
                .optDepth(segmenter.depth())
                .optFilters(segmenter.filters())
                .optSeed(config.training().seed())
                .optUpdater(updater(config.training()))
                .build());
    network.init();
    return network;
  }

  private static BackboneBuilder<?> classifier(ExperimentConfig config, int classes) {
    return switch (config.system()) {
      case MULTITASK ->
          MultiTaskUNet.builder(config.image(), classes)
              .optDepth(config.segmenter().depth())
              .optFilters(config.segmenter().filters())
              .optDense(config.multitask().dense())
              .optDropout(config.multitask().dropout());
      case HAM ->
          HierarchicalAttention.builder(config.image(), classes)
              .optDepth(config.ham().depth())
              .optDownsampling(config.ham().downsampling())
              .optDropout(config.ham().dropout());
      default -> backbone(config, classes);
    };
  }

  static BackboneBuilder<?> backbone(ExperimentConfig config, int classes) {
    BackboneConfig backbone = config.backbone();
    BackboneBuilder<?> builder =
        switch (backbone.name()) {
          case CONVNET ->
              ConvNet.builder(config.image(), classes)
                  .optFilters(backbone.filters().stream().mapToInt(Integer::intValue).toArray())
                  .optBatchNorm(backbone.batchNorm());
          case AG_SONONET ->
              AgSononet.builder(config.image(), classes)
                  .optFeatureScale(backbone.featureScale().orElseThrow());
          default -> backbone.name().builder(config.image(), classes);
        };
    return builder.optDropout(backbone.dropout());
  }

  /**
   * What training minimises.
   *
   * @param cut what tune-cut found; read when C1 and C2 are auto
   */
  static Objective objective(ExperimentConfig config, Optional<TuneCut.Result> cut) {
    return switch (config.system()) {
      case PLAIN, PIPELINE -> Objective.plain();
      case ISNET, ISNET_GRADIENT_INPUT -> isnet(config, cut);
      case RRR -> Objective.rightReasons(config.rrr().lambda());
      case GAIN -> config.gain().objective();
      case GAIN_NO_MASKS -> config.gain().objective().withoutMasks();
      case HAM -> config.ham().objective();
      case SEGMENTER -> Objective.segmentation();
      case MULTITASK ->
          new Objective.MultiTask(
              config.multitask().classification(), config.multitask().segmentation());
    };
  }

  /** The ISNet loss; with bounds of no account where they are auto and not yet found. */
  static Objective.Isnet isnet(ExperimentConfig config, Optional<TuneCut.Result> cut) {
    IsnetConfig isnet = config.isnet();
    Bounds given = new Bounds(isnet.c1().value().orElse(1), isnet.c2().value().orElse(25));
    Bounds pixels = cut.map(TuneCut.Result::pixels).orElse(given);
    Map<String, Bounds> layers = new LinkedHashMap<>();
    for (String layer : isnet.deepSupervision()) {
      layers.put(layer, cut.map(found -> found.layers().get(layer)).orElse(given));
    }
    HeatmapLoss loss =
        new HeatmapLoss(
            isnet.w1(),
            isnet.w2(),
            pixels.c1(),
            pixels.c2(),
            isnet.e(),
            isnet.d(),
            isnet.foreground());
    return Objective.isnet(isnet.p(), loss, rules(config))
        .with(isnet.variant())
        .with(new DeepSupervision(layers, isnet.deepDecay()))
        .within(isnet.memory() == 0 ? Long.MAX_VALUE : isnet.memory() * 1_000_000L);
  }

  /** How heatmaps are made: as they are trained, or suitably for a system that trains none. */
  static Method method(ExperimentConfig config) {
    return !config.readsBackbone() || config.backbone().name().hasRelevance()
        ? Method.relevance(rules(config))
        : Method.attentionRollout();
  }

  /** The rules of the heatmaps that are trained, or shown of a system that trains none. */
  static RuleSet rules(ExperimentConfig config) {
    if (config.system() == System.ISNET_GRADIENT_INPUT) {
      return RuleSet.gradientTimesInput();
    }
    return relevanceRules(config.isnet());
  }

  /** The rules of LRP. */
  static RuleSet relevanceRules(IsnetConfig isnet) {
    RuleSet rules =
        isnet.form() == RuleSet.Form.TEXTBOOK
            ? RuleSet.textbook(isnet.epsilon())
            : RuleSet.epsilon(isnet.epsilon());
    return isnet.firstLayer() == FirstLayer.ZB ? rules.withBox(0, 1) : rules;
  }

  static TrainingPlan plan(ExperimentConfig config) {
    TrainingConfig training = config.training();
    return new TrainingPlan(
        training.epochs(),
        updater(training),
        training.clipNorm(),
        training.weightDecay(),
        warmup(config.isnet()),
        training.patience(),
        training.seed());
  }

  static IUpdater updater(TrainingConfig training) {
    ISchedule rate = learningRate(training);
    return switch (training.updater()) {
      case SGD -> new Sgd(rate);
      case NESTEROVS -> new Nesterovs(rate, training.momentum());
      case ADAM -> new Adam(rate);
      case AMSGRAD -> AMSGrad.builder().learningRateSchedule(rate).build();
      case NADAM -> Nadam.builder().learningRateSchedule(rate).build();
      case ADAMAX -> new AdaMax(rate);
      case RMSPROP -> RmsProp.builder().learningRateSchedule(rate).build();
      case ADAGRAD -> AdaGrad.builder().learningRateSchedule(rate).build();
    };
  }

  static ISchedule learningRate(TrainingConfig training) {
    double start = training.learningRate();
    if (training.schedule() == Schedule.CONSTANT) {
      return perEpoch(1, epoch -> start);
    }
    if (training.schedule() == Schedule.COSINE) {
      return perEpoch(
          training.epochs(),
          epoch -> start * (1 + Math.cos(Math.PI * epoch / training.epochs())) / 2);
    }
    return perEpoch(
        training.epochs(),
        epoch ->
            start
                * Math.pow(
                    0.1, training.dropEpochs().stream().filter(drop -> epoch + 1 >= drop).count()));
  }

  private static Optional<ISchedule> warmup(IsnetConfig isnet) {
    int epochs = isnet.pWarmupEpochs();
    return epochs == 0
        ? Optional.empty()
        : Optional.of(
            perEpoch(
                epochs + 1,
                epoch -> isnet.pStart() + (isnet.p() - isnet.pStart()) * epoch / epochs));
  }

  /**
   * A value for each epoch, counted from 0, the last of which holds for ever. ND4J's own class: the
   * schedule is saved within the model, and any DL4J program must be able to read that.
   */
  private static ISchedule perEpoch(int epochs, IntToDoubleFunction value) {
    Map<Integer, Double> values = new HashMap<>();
    for (int epoch = 0; epoch < epochs; epoch++) {
      values.put(epoch, value.applyAsDouble(epoch));
    }
    return new MapSchedule(ScheduleType.EPOCH, values);
  }
}

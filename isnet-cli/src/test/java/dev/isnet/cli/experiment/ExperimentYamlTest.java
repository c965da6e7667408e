package dev.isnet.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.backbone.Architecture;
import dev.isnet.cli.WrongUseException;
import dev.isnet.cli.experiment.ExperimentConfig.System;
import dev.isnet.cli.experiment.TrainingConfig.Checkpoint;
import dev.isnet.cli.experiment.TrainingConfig.Schedule;
import dev.isnet.cli.experiment.TrainingConfig.Updater;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.MaskFormat;
import dev.isnet.data.Reading;
import dev.isnet.data.Split;
import dev.isnet.data.SplitPlan;
import dev.isnet.data.augment.Change;
import dev.isnet.data.bias.BackgroundBias;
import dev.isnet.data.bias.Cue;
import dev.isnet.data.bias.Placement;
import dev.isnet.data.bias.Shape;
import dev.isnet.loss.ForegroundForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExperimentYamlTest {
  private static final String EVERYTHING =
      """
      data: ../pets
      labels: other.csv
      image: {height: 32, width: 48, channels: 1}
      bias:
        shapes: {cat: triangle, dog: letter-l, cow: none}
        size: 13
        intensity: 0.5
        placement: top-left
      backbone: {name: convnet, filters: [8, 16], batchNorm: true, dropout: 0.25}
      system: plain
      isnet:
        p: 0.8
        pStart: 0.1
        pWarmupEpochs: 5
        d: 0.9
        e: 10
        w1: 2
        w2: 4
        c1: 3
        c2: 30
        foreground: square
        form: textbook
        epsilon: 0.1
        firstLayer: epsilon
      rrr: {lambda: 12.5}
      gain: {alpha: 2, w: 3, omega: 20, sigma: 0.25, layer: pool1}
      training:
        epochs: 7
        batch: 8
        updater: nesterovs
        learningRate: 1e-2
        momentum: 0.99
        schedule: step
        dropEpochs: [3, 5]
        clipNorm: 0
        weightDecay: 0.0001
        patience: 4
        seed: -9
        checkpoint: last
      augmentation:
        flipHorizontal: 0.1
        flipVertical: 0.2
        rotate: 30
        translate: 0.3
        scale: 0.4
        brightness: 0.5
        contrast: 0.6
        shear: 0.2
        crop: {range: 0.3}
        elastic: 0.05
        gamma: 0.5
        blur: {range: 0.02, probability: 0.5}
        noise: 0.1
        cutout: 0.25
      tests: [test]
      out: results/one
      """;

  /** What is said about data beyond a folder, and about biases beyond shapes. */
  private static final String DATA =
      """
      data:
        folder: ../pets
        labels: other.csv
        masks: {threshold: 0.4, resize: area}
        convert: true
        uncertain: ones
        maxPixels: 1000000
        splits: {train: 0.6, val: 0.2, test: 0, group: patient, leaveOut: here, seed: 7}
        balance: sampling
        classWeights: {cat: 2.5}
        threads: 3
        cache: decoded
      bias:
        shapes: {dog: arrow}
        contrast: 0.5
        plate: true
        correlation: 0.9
        deceiving: {cat: dog, dog: cat}
        cues:
          cat: {kind: texture, pattern: checks, size: 4, contrast: 0.2}
          cow: {kind: background, pattern: dots, dark: 0.1, bright: 0.9}
          pig: {kind: pictures, folder: beaches}
          hen: {kind: border, intensity: 0}
          fly: {kind: brightness, change: -0.1}
          ant: {kind: vignette, strength: 0.5}
          bee: {kind: shape, shape: letter-x, placement: top-left}
      """;

  private static final String SEGMENTER =
      """
      data: pets
      image: {height: 48, width: 32}
      system: segmenter
      segmenter: {depth: 3, filters: 8}
      """;

  @TempDir private Path folder;

  @Test
  void dataAndCuesAreRead() throws IOException {
    ExperimentConfig config = read(DATA);
    DataConfig data = config.data();
    assertThat(data.labels()).isEqualTo("other.csv");
    assertThat(data.reading())
        .isEqualTo(
            new Reading(
                MaskFormat.above(0.4).with(MaskFormat.Resize.AREA),
                true,
                Reading.Uncertain.ONES,
                1_000_000));
    assertThat(data.splits())
        .contains(new SplitPlan(0.6, 0.2, 0, SplitPlan.Group.PATIENT, Optional.of("here"), 7));
    assertThat(data.balance()).isEqualTo(DataConfig.Balance.SAMPLING);
    assertThat(data.classWeights()).isEqualTo(Map.of("cat", 2.5));
    assertThat(data.cache()).contains(folder.resolve("decoded"));
    BackgroundBias bias =
        ExperimentData.bias(
            withoutPictures(config.bias().orElseThrow()),
            new DatasetManifest(
                folder,
                folder,
                List.of("cat", "dog", "hen", "cow", "fly", "ant", "bee"),
                List.of(),
                Reading.standard()),
            config.image());
    assertThat(bias.cues().subList(0, 3))
        .containsExactly(
            new Cue.Texture(dev.isnet.data.bias.Pattern.CHECKS, 4, 0.2),
            new Cue.Mark(Shape.ARROW, 0.2, 1, 0.5, Placement.RANDOM, true),
            new Cue.Border(0.05, 0));
    assertThat(bias.correlation()).isEqualTo(0.9);
    assertThat(bias.deceiving()).containsExactly(1, 0, 2, 3, 4, 5, 6);
  }

  /** The folder of pictures is not there. */
  private static BiasConfig withoutPictures(BiasConfig bias) {
    Map<String, CueConfig> cues = new HashMap<>(bias.cues());
    cues.remove("pig");
    return new BiasConfig(
        bias.shapes(),
        cues,
        bias.size(),
        bias.intensity(),
        bias.contrast(),
        bias.placement(),
        bias.plate(),
        bias.correlation(),
        bias.deceiving());
  }

  @Test
  void aPresetSetsOtherDefaultsThatCanStillBeChanged() throws IOException {
    ExperimentConfig config = read("data: pets\nisnet: {preset: whole-background, e: 0.2}");
    assertThat(config.isnet().p()).isEqualTo(0.8);
    assertThat(config.isnet().pStart()).isEqualTo(0.99);
    assertThat(config.isnet().pWarmupEpochs()).isEqualTo(30);
    assertThat(config.isnet().e()).isEqualTo(0.2);
    assertThat(config.isnet().d()).isEqualTo(0.996);
  }

  @Test
  void defaultsFillWhatIsNotSaid() throws IOException {
    ExperimentConfig config = read("data: pets");
    assertThat(config.data().folder()).isEqualTo(folder.resolve("pets"));
    assertThat(config.out()).isEqualTo(folder.resolve("runs/experiment"));
    assertThat(config.data().labels()).isEqualTo("labels.csv");
    assertThat(config.image()).isEqualTo(new ImageSize(64, 64, 3));
    assertThat(config.bias()).isEmpty();
    assertThat(config.system()).isEqualTo(ExperimentConfig.System.ISNET);
    assertThat(config.backbone().filters()).containsExactly(16, 32, 64, 64);
    assertThat(config.isnet().p()).isEqualTo(0.7);
    assertThat(config.isnet().pStart()).isEqualTo(0.7);
    assertThat(config.isnet().d()).isEqualTo(0.996);
    assertThat(config.isnet().foreground()).isEqualTo(ForegroundForm.HYBRID);
    assertThat(config.training().epochs()).isEqualTo(40);
    assertThat(config.training().updater()).isEqualTo(Updater.ADAM);
    assertThat(config.training().checkpoint()).isEqualTo(Checkpoint.BEST);
    assertThat(config.augmentation().flipHorizontal()).isEqualTo(0.5);
    assertThat(config.tests()).containsExactly(Split.VAL, Split.TEST);
  }

  @Test
  void everyKeyIsRead() throws IOException {
    ExperimentConfig config = read(EVERYTHING);
    assertThat(config.data().folder()).isEqualTo(folder.resolveSibling("pets"));
    assertThat(config.bias().orElseThrow().shapes())
        .isEqualTo(Map.of("cat", Shape.TRIANGLE, "dog", Shape.LETTER_L, "cow", Shape.NONE));
    assertThat(config.training().schedule()).isEqualTo(Schedule.STEP);
    assertThat(config.training().learningRate()).isEqualTo(0.01);
    assertThat(config.training().dropEpochs()).isEqualTo(List.of(3, 5));
    assertThat(config.training().seed()).isEqualTo(-9);
    assertThat(config.isnet().epsilon()).isEqualTo(0.1);
    assertThat(config.augmentation().contrast()).isEqualTo(Change.of(0.6));
    assertThat(config.augmentation().blur()).isEqualTo(new Change(0.02, 0.5));
    assertThat(config.out()).isEqualTo(folder.resolve("results/one"));
  }

  @Test
  void whatIsWrittenReadsBackAsTheSame() throws IOException {
    for (String text : List.of("data: pets", EVERYTHING, DATA, SEGMENTER)) {
      ExperimentConfig config = read(text);
      assertThat(read(ExperimentYaml.write(config))).isEqualTo(config);
      assertThat(ExperimentYaml.fromMap(ExperimentYaml.toMap(config), "a model")).isEqualTo(config);
    }
  }

  @Test
  void namedBackbonesBringTheirOwnSettings() throws IOException {
    String text = "data: pets\nbackbone: {name: vgg16-bn}";
    BackboneConfig backbone = read(text).backbone();
    assertThat(backbone.name()).isEqualTo(Architecture.VGG16_BN);
    assertThat(backbone.filters()).isEmpty();
    assertThat(backbone.dropout()).isEqualTo(0.5);
    assertThat(read(ExperimentYaml.write(read(text)))).isEqualTo(read(text));
    assertThat(read("data: pets\nbackbone: {name: resnet50}").backbone().dropout()).isZero();
  }

  @Test
  void aSegmenterHasASectionOfItsOwn() throws IOException {
    assertThat(read(SEGMENTER).segmenter())
        .isEqualTo(new SegmenterConfig(3, 8, Optional.empty(), Optional.empty(), 0.5));
    assertThat(read("data: pets").segmenter())
        .isEqualTo(new SegmenterConfig(4, 16, Optional.empty(), Optional.empty(), 0.5));
  }

  @Test
  void aPipelineTakesASegmenterOrTrainsOne() throws IOException {
    String text =
        """
        data: pets
        system: pipeline
        training: {epochs: 5}
        out: run
        segmenter: {epochs: 7, threshold: 0.25}
        """;
    ExperimentConfig trained = read(text);
    assertThat(trained.trainsUNet()).isTrue();
    assertThat(trained.ofSegmenter().training().epochs()).isEqualTo(7);
    assertThat(trained.ofSegmenter().system()).isEqualTo(System.SEGMENTER);
    assertThat(trained.ofSegmenter().out()).isEqualTo(folder.resolve("run/segmenter"));
    assertThat(read(text.replace("epochs: 7, ", "")).ofSegmenter().training().epochs())
        .isEqualTo(5);
    ExperimentConfig given = read(text.replace("epochs: 7", "model: unet.zip"));
    assertThat(given.segmenter().model()).contains(folder.resolve("unet.zip"));
    assertThat(given.trainsUNet()).isFalse();
  }

  @Test
  void aMultiTaskUNetHasWeightsAndWidths() throws IOException {
    String text =
        "data: pets\nsystem: multitask\nmultitask: {dense: 64, dropout: 0.2, segmentation: 3}";
    assertThat(read(text).multitask()).isEqualTo(new MultiTaskConfig(64, 0.2, 1, 3));
    assertThat(read("data: pets").multitask()).isEqualTo(new MultiTaskConfig(256, 0.5, 1, 1));
  }

  @Test
  void hamHasANetworkOfItsOwnAndWeights() throws IOException {
    String text =
        "data: pets\nsystem: ham\nham: {backbone: resnet50, downsampling: 8, mask: 2, union: 0}";
    assertThat(read(text).ham())
        .isEqualTo(new HamConfig(HamConfig.Backbone.RESNET50, 8, 0.1, 0.01, 0.001, 0, 2));
    assertThat(read("data: pets").ham())
        .isEqualTo(new HamConfig(HamConfig.Backbone.RESNET18, 16, 0.1, 0.01, 0.001, 0.001, 0.5));
  }

  @Test
  void anAgSononetHasAFeatureScale() throws IOException {
    assertThat(read("data: pets\nbackbone: {name: ag-sononet}").backbone().featureScale())
        .contains(4);
    String text = "data: pets\nbackbone: {name: ag-sononet, featureScale: 8}";
    assertThat(read(text).backbone().featureScale()).contains(8);
    assertThat(read(ExperimentYaml.write(read(text)))).isEqualTo(read(text));
    assertThat(read("data: pets").backbone().featureScale()).isEmpty();
  }

  @Test
  void pStartFollowsP() throws IOException {
    assertThat(read("data: pets\nisnet: {p: 0.9}").isnet().pStart()).isEqualTo(0.9);
  }

  @Test
  void sectionWithoutKeysHasTheDefaults() throws IOException {
    assertThat(read("data: pets\ntraining:\n").training().epochs()).isEqualTo(40);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "labels: a.csv|the key 'data' is missing; it has no default.",
        "data: d;dta: e|line 2: the key 'dta' does not exist; did you mean 'data'?",
        "data: d;isnet:;  warmup: 3|line 3: the key 'isnet.warmup' does not exist; the keys here are preset, p, pStart,",
        "data: d;training: {epoch: 3}|line 2: the key 'training.epoch' does not exist; did you mean 'training.epochs'?",
        "data: d;training: {epochs: 0}|line 2: 'training.epochs' is '0', but must be a whole number from 1 to 100000.",
        "data: d;training: {epochs: 2.5}|'training.epochs' is '2.5', but must be a whole number from 1 to 100000.",
        "data: d;training: {seed: x}|'training.seed' is 'x', but must be a whole number.",
        "data: d;training:;  epochs: 3;  updater: adamm|line 4: 'training.updater' is 'adamm', but must be one of sgd, nesterovs, adam,",
        "data: d;training: {schedule: step}|'training.dropEpochs' is empty, but must be a list of epochs, because the schedule is step.",
        "data: d;training: {schedule: step, dropEpochs: 3}|'training.dropEpochs' is '3', but must be a list of whole numbers.",
        "data: d;isnet: {p: 1.5}|'isnet.p' is '1.5', but must be a number from 0 to 1.",
        "data: d;isnet: {d: .nan}|'isnet.d' is '.nan', but must be a number from 0 to 1.",
        "data: d;isnet: {p: NaN}|'isnet.p' is 'NaN', but must be a number from 0 to 1.",
        "data: d;isnet: {p: }|'isnet.p' is empty, but must be a number from 0 to 1.",
        "data: d;isnet: {p: [1, 2]}|'isnet.p' is a list, but must be a number from 0 to 1.",
        "data: d;isnet: {c2: auto}|'isnet.c2' is auto, but must be auto exactly when c1 is, which is 1.0.",
        "data: d;isnet: {c1: few}|'isnet.c1' is 'few', but must be a number from",
        "data: d;isnet: {variant: triple}|'isnet.variant' is 'triple', but must be",
        "data: d;isnet: {c1: 30}|'isnet.c2' is 25.0, but must be at least c1, which is 30.0.",
        "data: d;system: isnet-gradient-input;isnet: {variant: dual}|line 3: 'isnet.variant' is dual, but must be original, selective or stochastic, because the rule z+ is not Gradient×Input.",
        "data: d;system: rrl|'system' is 'rrl', but must be one of plain, isnet, isnet-gradient-input, rrr, gain, gain-no-masks, ham, segmenter, pipeline, multitask.",
        "data: d;rrr: {lambda: -1}|'rrr.lambda' is '-1', but must be a number from 0 to 1000000000.",
        "data: d;system: gain;gain: {sigma: 2}|line 3: 'gain.sigma' is '2', but must be a number from 0 to 1.",
        "data: d;gain: {layer: [a]}|'gain.layer' is a list, but must be a text.",
        "data: d;gain: {beta: 2}|the key 'gain.beta' does not exist; the keys here are alpha, w, omega, sigma, layer.",
        "data: d;rrr: {lamda: 1}|the key 'rrr.lamda' does not exist; did you mean 'rrr.lambda'?",
        "data: d;isnet: 3|'isnet' is '3', but must be a section with keys of its own.",
        "data: d;image: {channels: 2}|'image.channels' is 2, but must be 1 (grey) or 3 (RGB).",
        "data: d;image: {height: 4}|'image.height' is '4', but must be a whole number from 8 to 4096.",
        "data: d;backbone: {name: vgg}|'backbone.name' is 'vgg', but must be one of convnet, vgg11, vgg11-bn,",
        "data: d;backbone: {filters: []}|'backbone.filters' is an empty list, but must be a list of whole numbers.",
        "data: d;backbone: {filters: [8, many]}|'backbone.filters' is 'many', but must be a whole number from 1 to 4096.",
        "data: d;backbone: {batchNorm: 1}|'backbone.batchNorm' is '1', but must be true or false.",
        "data: d;image: {height: 8};backbone: {filters: [8, 8, 8, 8]}|'backbone.filters' is a list of 4, but must be shorter, because each halves the image, whose shorter side is 8.",
        "data: d;backbone: {name: vgg19, filters: [8]}|'backbone.filters' is a list, but must be left out, because vgg19 has its own.",
        "data: d;backbone: {name: vgg19, batchNorm: true}|'backbone.batchNorm' is true, but must be left out, because it is part of the name, which is vgg19 here.",
        "data: d;image: {height: 64, width: 24};backbone: {name: densenet121}|line 2: 'image.width' is 24, but must be at least 29, because the backbone is densenet121.",
        "data: d;backbone: {featureScale: 2}|line 2: 'backbone.featureScale' is given, but must be left out, because the backbone is convnet.",
        "data: d;image: {height: 40};backbone: {name: ag-sononet}|line 2: 'image.height' is 40, but must be a multiple of 16, because the backbone is ag-sononet.",
        "data: d;backbone: {name: vit-small}|'system' is isnet, but must be plain or pipeline, because relevance does not pass the attention of vit-small.",
        "data: d;system: plain;image: {width: 60};backbone: {name: vit-small}|line 3: 'image.width' is 60, but must be a multiple of 8, because the backbone is vit-small.",
        "data: d;system: pipeline;segmenter: {threshold: 1}|'segmenter.threshold' is '1', but must be a number from 0.001 to 0.999.",
        "data: d;system: pipeline;image: {width: 60}|line 3: 'image.width' is 60, but must be a multiple of 8, because the segmenter's depth is 4.",
        "data: d;system: multitask;image: {width: 60}|line 3: 'image.width' is 60, but must be a multiple of 8, because the segmenter's depth is 4.",
        "data: d;ham: {downsampling: 12}|line 2: 'ham.downsampling' is 12, but must be 8, 16 or 32.",
        "data: d;multitask: {dens: 3}|the key 'multitask.dens' does not exist; did you mean 'multitask.dense'?",
        "data: d;system: segmenter;segmenter: {depth: 9}|'segmenter.depth' is '9', but must be a whole number from 2 to 8.",
        "data: d;system: segmenter;image: {height: 64, width: 60}|line 3: 'image.width' is 60, but must be a multiple of 8, because the segmenter's depth is 4.",
        "data: {folder: d, balance: weights};system: segmenter|line 1: 'data.balance' is weights, but must be left out, because a segmenter learns masks, not classes.",
        "data: {folder: d, classWeights: {a: 2}};system: segmenter|line 1: 'data.classWeights' is given, but must be left out, because a segmenter learns masks, not classes.",
        "data: d;system: segmenter;bias: {shapes: {a: circle}}|line 3: 'bias' is given, but must be left out, because a segmenter learns masks, not classes.",
        "data: d;bias: {size: 3}|'bias.shapes' is empty, but must be a shape for each class.",
        "data: d;bias: {shapes: {cat: star}}|'bias.shapes.cat' is 'star', but must be one of none, triangle, circle,",
        "data: {labels: a.csv}|the key 'data.folder' is missing; it has no default.",
        "data: {folder: d, fold: e}|the key 'data.fold' does not exist; did you mean 'data.folder'?",
        "data:;  folder: d;  masks: {threshold: 2}|line 3: 'data.masks.threshold' is '2', but must be a number from 0 to 0.9999.",
        "data: {folder: d, masks: {threshold: 0.5, foreground: [1]}}|'data.masks.foreground' is given, but must be left out, because there is a threshold.",
        "data: {folder: d, splits: {leaveOut: x, test: 0.1}}|'data.splits.test' is 0.1, but must be 0, because a source is left out as the test split.",
        "data: {folder: d, balance: weights, classWeights: {a: 2}}|'data.classWeights' is given, but must be left out, because the balance is weights.",
        "data: {folder: d, classWeights: {a: -1}}|'data.classWeights.a' is '-1', but must be a number from 0 to 1000000.",
        "data: d;augmentation: {noise: {range: 2}}|'augmentation.noise.range' is '2', but must be a number from 0 to 1.",
        "data: d;augmentation: {noise: {rang: 1}}|the key 'augmentation.noise.rang' does not exist; did you mean 'augmentation.noise.range'?",
        "data: d;bias: {cues: {a: {kind: border, pattern: dots}}}|the key 'bias.cues.a.pattern' does not exist; the keys here are kind, size, intensity.",
        "data: d;bias: {shapes: {a: circle}, cues: {a: {kind: border}}}|'bias.cues' is a cue for a, but must be of other classes than shapes.",
        "data: d;tests: [test, all]|'tests' is 'all', but must be one of train, val, test.",
        "data: d;data: e|line 2: not valid YAML (Duplicate field 'data')",
        "data: [d|not valid YAML",
        "- data|expected lines of the form 'key: value', but found something else.",
        "data: &a d;out: *a|line 2: aliases (*a) are not supported; write the value out."
      })
  void mistakesAreToldInOneSentence(String yaml, String sentence) {
    assertThatThrownBy(() -> read(yaml.replace(';', '\n')))
        .isInstanceOf(WrongUseException.class)
        .message()
        .startsWith(folder.resolve("experiment.yaml").toString())
        .contains(sentence)
        .hasLineCount(1)
        .endsWith(sentence.endsWith("?") ? "?" : ".");
  }

  @Test
  void missingFileIsNamed() {
    assertThatThrownBy(() -> ExperimentYaml.read(folder.resolve("no.yaml")))
        .isInstanceOf(InputException.class)
        .hasMessage("The experiment file %s does not exist.", folder.resolve("no.yaml"));
  }

  @Test
  void everyKeyIsDocumented() throws IOException {
    String page = Files.readString(Path.of("../docs/experiment-yaml.md"));
    assertThat((EVERYTHING + DATA + SEGMENTER).lines().flatMap(ExperimentYamlTest::keys))
        .allSatisfy(key -> assertThat(page).contains("`" + key + "`"));
  }

  @Test
  void everyBackboneIsDocumented() throws IOException {
    String page = Files.readString(Path.of("../docs/experiment-yaml.md"));
    assertThat(Architecture.values())
        .allSatisfy(backbone -> assertThat(page).contains("`" + backbone + "`"));
  }

  private static Stream<String> keys(String line) {
    return Pattern.compile("([a-zA-Z0-9]+):")
        .matcher(line)
        .results()
        .map(match -> match.group(1))
        .filter(
            key -> !List.of("cat", "dog", "cow", "pig", "hen", "fly", "ant", "bee").contains(key));
  }

  private ExperimentConfig read(String text) throws IOException {
    return ExperimentYaml.read(Files.writeString(folder.resolve("experiment.yaml"), text));
  }
}

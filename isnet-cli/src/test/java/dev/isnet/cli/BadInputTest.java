package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a user gets to read for each mistake: one sentence on stderr, nothing on stdout, the exit
 * code, and no file that was not there before.
 */
class BadInputTest {
  private static final String EXPERIMENT =
      """
      data: set
      image: {height: 32, width: 32, channels: 1}
      backbone: {filters: [4, 8]}
      training: {epochs: 1, batch: 4}
      tests: [test]
      out: run
      """;

  /** A data set, an experiment and a model without fault. */
  @TempDir private static Path good;

  @TempDir private Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    String set = good.resolve("set").toString();
    run("data", "phantom", set, "--per-class", "2", "1", "1", "--size", "32");
    Files.writeString(good.resolve("e.yaml"), EXPERIMENT);
    run("train", good.resolve("e.yaml").toString());
    Files.move(good.resolve("run/model.zip"), good.resolve("m.zip"));
    delete(good.resolve("run"));
  }

  /** Damages the files in a folder. */
  @FunctionalInterface
  private interface Damage {
    void to(Path folder) throws IOException;
  }

  /**
   * One mistake.
   *
   * @param name what it is
   * @param damage makes it
   * @param command the command line, words separated by blanks, DIR for the folder
   * @param code the exit code
   * @param sentence what is said, DIR for the folder
   */
  private record Mistake(String name, Damage damage, String command, int code, String sentence) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Mistake> mistakes() {
    return Stream.of(images(), labels(), experiments(), models(), audits(), outputs())
        .flatMap(s -> s)
        .filter(m -> Files.exists(Path.of("/dev/full")) || !m.command().contains("--out /"));
  }

  private static Stream<Mistake> images() {
    return Stream.of(
        train(
            "a missing image",
            dir -> Files.delete(dir.resolve("set/images/train-normal-00002.png")),
            "labels.csv, line 4, column file: there is no file 'images/train-normal-00002.png' in"
                + " the data set folder 'DIR/set'."),
        train(
            "an image that is text",
            dir -> Files.writeString(dir.resolve("set/images/train-normal-00002.png"), "text"),
            "The image 'DIR/set/images/train-normal-00002.png' (labels.csv, line 4) cannot be"
                + " decoded: its 4 bytes are no complete PNG, JPEG, BMP, GIF, TIFF or DICOM picture of"
                + " 8 or 16 bits; replace it."),
        train(
            "an image that is cut off",
            dir -> truncate(dir.resolve("set/images/test-normal-00002.png")),
            "The image 'DIR/set/images/test-normal-00002.png' (labels.csv, line 13) cannot be"
                + " decoded: its 100 bytes are no complete PNG, JPEG, BMP, GIF, TIFF or DICOM picture of"
                + " 8 or 16 bits; replace it."),
        train(
            "an empty image file",
            dir -> Files.write(dir.resolve("set/images/train-normal-00002.png"), new byte[0]),
            "The image 'DIR/set/images/train-normal-00002.png' (labels.csv, line 4) is an empty"
                + " file; replace it."),
        train(
            "a colour image among grey ones",
            dir -> paint(dir.resolve("set/images/train-normal-00002.png"), 32, 0x102030),
            "The image 'DIR/set/images/train-normal-00002.png' (labels.csv, line 4) has 3"
                + " channels (RGB), expected 1 channel (grey); convert the file, ask for another"
                + " number of channels, or for conversion."),
        train(
            "grey images for a network of colours",
            yaml(text -> text.replace("channels: 1", "channels: 3")),
            "The image 'DIR/set/images/train-consolidation-00000.png' (labels.csv, line 2) has 1"
                + " channel (grey), expected 3 channels (RGB); convert the file, ask for another"
                + " number of channels, or for conversion."),
        train(
            "a missing mask",
            dir -> Files.delete(dir.resolve("set/masks/train-normal-00002.png")),
            "labels.csv, line 4, column mask: there is no file 'masks/train-normal-00002.png' in"
                + " the data set folder 'DIR/set'."),
        train(
            "a mask of another size",
            dir -> paint(dir.resolve("set/masks/train-normal-00002.png"), 16, 0xFFFFFF),
            "The mask 'DIR/set/masks/train-normal-00002.png' (labels.csv, line 4) has 16 x 16"
                + " pixels (height x width), but its image has 32 x 32 pixels (height x width); a mask"
                + " must have its image's size unless masks are resized by nearest or area."),
        train(
            "a mask with other values than two",
            dir -> paint(dir.resolve("set/masks/train-normal-00002.png"), 32, 0x808080),
            "The mask 'DIR/set/masks/train-normal-00002.png' (labels.csv, line 4) is no mask:"
                + " found the values 128, expected only 0 and 255, or only 0 and 1; give a threshold or the foreground values."),
        train(
            "an empty mask",
            dir -> paint(dir.resolve("set/masks/train-normal-00002.png"), 32, 0),
            "The mask 'DIR/set/masks/train-normal-00002.png' (labels.csv, line 4) is an empty"
                + " mask: all of its pixels are background; mark the foreground, or leave the mask field empty"
                + " for an image without a mask."));
  }

  private static Stream<Mistake> labels() {
    return Stream.of(
        train(
            "no data folder",
            dir -> delete(dir.resolve("set")),
            "The data set folder 'DIR/set' does not exist; name the folder that holds labels.csv."),
        train(
            "an empty data folder",
            dir -> {
              delete(dir.resolve("set"));
              Files.createDirectory(dir.resolve("set"));
            },
            "The data set folder 'DIR/set' holds no file 'labels.csv'; write one with the header"
                + " 'file,label,mask,split' and a line for each image."),
        train(
            "no labels file",
            dir -> Files.delete(dir.resolve("set/labels.csv")),
            "The data set folder 'DIR/set' holds no file 'labels.csv'; write one with the header"
                + " 'file,label,mask,split' and a line for each image."),
        train(
            "an empty labels file",
            labels(text -> ""),
            "DIR/set/labels.csv is empty; expected 'file,label,mask,split' and optionally"
                + " 'source'."),
        train(
            "a labels file with a header only",
            labels(text -> text.split("\n")[0]),
            "DIR/set/labels.csv has a header but names no image; add a line for each image."),
        train(
            "a missing column",
            labels(text -> text.replaceFirst("mask", "masque")),
            "labels.csv, line 1: the header has no column 'mask' (found"
                + " 'file,label,masque,split,source,patient,weight'); expected 'file,label,mask,split' and optionally"
                + " 'source'."),
        train(
            "a line with a field too many",
            labels(text -> text + "a,b,c,d,e,f\n"),
            "labels.csv, line 14: found 6 fields, expected 7 as in the header; put fields that"
                + " hold commas in quotes."),
        train(
            "an unknown split",
            labels(text -> text.replaceFirst(",train,", ",training,")),
            "labels.csv, line 2, column split: found 'training', expected 'train', 'val' or"
                + " 'test'."),
        train(
            "a label that training does not know",
            labels(text -> text.replaceFirst("normal(,masks/val)", "healthy$1")),
            "DIR/set/labels.csv, line 10, column label: found 'healthy' in the split 'val',"
                + " expected one of the classes known from training: 'consolidation', 'nodules',"
                + " 'normal'."),
        train(
            "a split that lacks a class",
            labels(text -> text.replaceFirst("images/val-normal.*\n", "")),
            "DIR/set/labels.csv: the split 'val' has no image of the class 'normal'; each split"
                + " needs images of every class ('consolidation', 'nodules', 'normal')."),
        train(
            "no validation split",
            labels(text -> text.replace(",val,", ",test,")),
            "DIR/set/labels.csv has no image of the split 'val'; mark some lines with it in the"
                + " column split."),
        train(
            "one class",
            labels(
                text -> text.replaceAll(",(normal|nodules|consolidation),masks", ",normal,masks")),
            "DIR/set/labels.csv names only the class 'normal'; a classifier needs at least two"
                + " classes."),
        train(
            "an image named twice",
            labels(text -> text + text.split("\n")[1] + "\n"),
            "labels.csv, line 14, column file: 'images/train-consolidation-00000.png' is already"
                + " named in line 2; remove one of the lines."),
        train(
            "an image outside the folder",
            labels(text -> text + "../m.zip,normal,,train,phantom,,\n"),
            "labels.csv, line 14, column file: '../m.zip' leaves the data set folder; expected a"
                + " path inside it."));
  }

  private static Stream<Mistake> experiments() {
    return Stream.of(
        wrongUse(
            "an unknown key",
            yaml(text -> text + "trainnig: {epochs: 3}\n"),
            "DIR/e.yaml, line 7: the key 'trainnig' does not exist; did you mean 'training'?"),
        wrongUse(
            "an unknown key in a section",
            yaml(text -> text.replace("epochs", "epocks")),
            "DIR/e.yaml, line 4: the key 'training.epocks' does not exist; did you mean"
                + " 'training.epochs'?"),
        wrongUse(
            "no data key",
            yaml(text -> text.replace("data: set", "")),
            "DIR/e.yaml: the key 'data' is missing; it has no default."),
        wrongUse(
            "an empty experiment",
            yaml(text -> ""),
            "DIR/e.yaml: the key 'data' is missing; it has no default."),
        wrongUse(
            "a real number out of range",
            yaml(text -> text + "isnet: {p: 1.5}\n"),
            "DIR/e.yaml, line 7: 'isnet.p' is '1.5', but must be a number from 0 to 1."),
        wrongUse(
            "a real number that is text",
            yaml(text -> text + "isnet: {d: high}\n"),
            "DIR/e.yaml, line 7: 'isnet.d' is 'high', but must be a number from 0 to 1."),
        wrongUse(
            "a whole number out of range",
            yaml(text -> text.replace("epochs: 1", "epochs: 0")),
            "DIR/e.yaml, line 4: 'training.epochs' is '0', but must be a whole number from 1 to"
                + " 100000."),
        wrongUse(
            "a fraction for a whole number",
            yaml(text -> text.replace("batch: 4", "batch: 2.5")),
            "DIR/e.yaml, line 4: 'training.batch' is '2.5', but must be a whole number from 1 to"
                + " 4096."),
        wrongUse(
            "an unknown choice",
            yaml(text -> text + "system: isnett\n"),
            "DIR/e.yaml, line 7: 'system' is 'isnett', but must be one of plain, isnet,"
                + " isnet-gradient-input, rrr, gain, gain-no-masks, ham, segmenter, pipeline, multitask."),
        wrongUse(
            "neither true nor false",
            yaml(text -> text.replace("filters: [4, 8]", "batchNorm: maybe")),
            "DIR/e.yaml, line 3: 'backbone.batchNorm' is 'maybe', but must be true or false."),
        wrongUse(
            "a number for a list",
            yaml(text -> text.replace("filters: [4, 8]", "filters: 4")),
            "DIR/e.yaml, line 3: 'backbone.filters' is '4', but must be a list of whole numbers."),
        wrongUse(
            "a list item out of range",
            yaml(text -> text.replace("filters: [4, 8]", "filters: [4, -8]")),
            "DIR/e.yaml, line 3: 'backbone.filters' is '-8', but must be a whole number from 1 to"
                + " 4096."),
        wrongUse(
            "an unknown split in a list",
            yaml(text -> text.replace("[test]", "[exam]")),
            "DIR/e.yaml, line 5: 'tests' is 'exam', but must be one of train, val, test."),
        wrongUse(
            "a value for a section",
            yaml(text -> text.replaceFirst("image: .*", "image: 64")),
            "DIR/e.yaml, line 2: 'image' is '64', but must be a section with keys of its own."),
        wrongUse(
            "a section for a value",
            yaml(text -> text.replace("data: set", "data: {a: b}")),
            "DIR/e.yaml: the key 'data.folder' is missing; it has no default."),
        wrongUse(
            "values that contradict",
            yaml(text -> text + "isnet: {c1: 9, c2: 3}\n"),
            "DIR/e.yaml, line 7: 'isnet.c2' is 3.0, but must be at least c1, which is 9.0."),
        wrongUse(
            "a key that stands twice",
            yaml(text -> text + "data: other\n"),
            "DIR/e.yaml, line 7: not valid YAML (Duplicate field 'data')."),
        wrongUse(
            "a bracket that is not closed",
            yaml(text -> text.replace("]", "")),
            "DIR/e.yaml, line 3: not valid YAML (expected ',' or ']', but got })."),
        wrongUse(
            "a tab for an indent",
            yaml(text -> text + "isnet:\n\tp: 0.5\n"),
            "DIR/e.yaml, line 8: not valid YAML (found character '\\t(TAB)' that cannot start any"
                + " token. (Do not use \\t(TAB) for indentation))."),
        wrongUse(
            "a character that text has not",
            yaml(text -> text + "a\u0000b: 1\n"),
            "DIR/e.yaml, line 1: not valid YAML (special characters are not allowed)."),
        wrongUse(
            "a list for the experiment",
            yaml(text -> "- data\n- out\n"),
            "DIR/e.yaml: expected lines of the form 'key: value', but found something else."),
        wrongUse(
            "a bias for an unknown class",
            yaml(text -> text + "bias: {shapes: {nodule: circle}}\n"),
            "'bias.shapes' names the class 'nodule', which is none of the data's classes"
                + " (consolidation, nodules, normal); did you mean 'nodules'?"),
        new Mistake(
            "no experiment file",
            dir -> {},
            "train DIR/f.yaml",
            1,
            "The experiment file DIR/f.yaml does not exist."),
        new Mistake(
            "a folder for an experiment",
            dir -> {},
            "train DIR/set",
            1,
            "The experiment file DIR/set cannot be read (Is a directory)."),
        train(
            "an experiment that is not text",
            dir -> Files.write(dir.resolve("e.yaml"), new byte[] {'a', ':', ' ', (byte) 0xE4}),
            "The experiment file DIR/e.yaml is not UTF-8 text."),
        wrongUse(
            "a network too deep for the images",
            yaml(text -> text.replace("filters: [4, 8]", "filters: [4, 4, 4, 4, 4, 4]")),
            "DIR/e.yaml, line 3: 'backbone.filters' is a list of 6, but must be shorter, because"
                + " each halves the image, whose shorter side is 32."));
  }

  private static Stream<Mistake> models() {
    String evaluate = "evaluate --model DIR/m.zip --data DIR/set";
    return Stream.of(
        new Mistake(
            "no model",
            dir -> Files.delete(dir.resolve("m.zip")),
            evaluate,
            1,
            "There is no model file DIR/m.zip; give the .zip that training wrote."),
        new Mistake(
            "a model that is text",
            dir -> Files.writeString(dir.resolve("m.zip"), "text"),
            evaluate,
            1,
            "The model DIR/m.zip is no zip file, or a damaged one; give the .zip that training"
                + " wrote."),
        new Mistake(
            "a model that is cut off",
            dir -> truncate(dir.resolve("m.zip")),
            evaluate,
            1,
            "The model DIR/m.zip is no zip file, or a damaged one; give the .zip that training"
                + " wrote."),
        new Mistake(
            "a folder for a model",
            dir -> {},
            evaluate.replace("m.zip", "set"),
            1,
            "There is no model file DIR/set; give the .zip that training wrote."),
        new Mistake(
            "a zip that is no model",
            dir -> zip(dir.resolve("m.zip")),
            evaluate,
            1,
            "The model DIR/m.zip has no entry isnet.json with its input size and class names; it"
                + " was not written by isnet."),
        new Mistake(
            "a model of other DL4J programs",
            dir -> inZip(dir, "isnet.json", Files::delete),
            evaluate,
            1,
            "The model DIR/m.zip has no entry isnet.json with its input size and class names; it"
                + " was not written by isnet."),
        new Mistake(
            "a model whose information is damaged",
            dir -> inZip(dir, "isnet.json", entry -> Files.writeString(entry, "{\"format\": ")),
            evaluate,
            1,
            "The entry isnet.json of the model DIR/m.zip is damaged; give the .zip that training"
                + " wrote."),
        new Mistake(
            "a model whose information lacks classes",
            dir -> inZip(dir, "isnet.json", entry -> Files.writeString(entry, "{}")),
            evaluate,
            1,
            "The entry isnet.json of the model DIR/m.zip is damaged; give the .zip that training"
                + " wrote."),
        new Mistake(
            "a model whose parameters are damaged",
            dir -> inZip(dir, "coefficients.bin", entry -> Files.writeString(entry, "text")),
            evaluate,
            1,
            "The network in the model DIR/m.zip is damaged; give the .zip that training wrote."),
        new Mistake(
            "data of other classes",
            labels(text -> text.replace(",normal,", ",healthy,")),
            evaluate,
            1,
            "DIR/set/labels.csv, line 13, column label: found 'healthy' in the split 'test',"
                + " expected one of the classes known from training: 'consolidation', 'nodules',"
                + " 'normal'."),
        new Mistake(
            "data of another number of channels",
            dir -> paint(dir.resolve("set/images/test-normal-00002.png"), 32, 0x102030),
            evaluate,
            1,
            "The image 'DIR/set/images/test-normal-00002.png' (labels.csv, line 13) has 3"
                + " channels (RGB), expected 1 channel (grey); convert the file, ask for another"
                + " number of channels, or for conversion."),
        new Mistake(
            "no data",
            dir -> delete(dir.resolve("set")),
            evaluate,
            1,
            "The data set folder 'DIR/set' does not exist; name the folder that holds labels.csv."),
        new Mistake(
            "shapes for a model that was trained without",
            dir -> {},
            evaluate + " --bias biased",
            2,
            "--bias biased needs a model that was trained with 'bias' in its experiment; this one"
                + " was not."),
        new Mistake(
            "an unknown scenario",
            dir -> {},
            evaluate + " --bias strong",
            2,
            "Invalid value for option '--bias': The bias scenario is 'strong', but must be"
                + " 'biased', 'standard' or 'deceiving'; see 'isnet evaluate --help'."),
        new Mistake(
            "an unknown split",
            dir -> {},
            evaluate + " --split exam",
            2,
            "Invalid value for option '--split': The split is 'exam', but must be 'train', 'val'"
                + " or 'test'; see 'isnet evaluate --help'."),
        explain(
            "an image that does not exist",
            "DIR/x.png",
            "DIR/h.png",
            1,
            "The image 'DIR/x.png' does not exist."),
        explain(
            "an image that is none",
            "DIR/e.yaml",
            "DIR/h.png",
            1,
            "The image 'DIR/e.yaml' cannot be decoded: its 137 bytes are no complete PNG, JPEG,"
                + " BMP, GIF, TIFF or DICOM picture of 8 or 16 bits; replace it."),
        explain(
            "a folder for an image",
            "DIR/set",
            "DIR/h.png",
            1,
            "The image 'DIR/set' cannot be read (Is a directory)."),
        explain(
            "an unknown class",
            "DIR/set/images/test-normal-00002.png",
            "DIR/h.png --class healthy",
            2,
            "--class is 'healthy', but must be one of consolidation, nodules, normal, or a number"
                + " from 0 to 2."));
  }

  private static Stream<Mistake> audits() {
    Damage foreign = dir -> inZip(dir, "isnet.json", Files::delete);
    return Stream.of(
        audit(
            "no model",
            dir -> Files.delete(dir.resolve("m.zip")),
            "",
            1,
            "There is no model file DIR/m.zip; give the .zip that training, or Deeplearning4j's"
                + " ModelSerializer, wrote."),
        audit(
            "a zip that is no model",
            dir -> zip(dir.resolve("m.zip")),
            "",
            1,
            "The zip file DIR/m.zip has no entry configuration.json; it was not written by"
                + " Deeplearning4j's ModelSerializer."),
        audit(
            "a model that is text",
            dir -> Files.writeString(dir.resolve("m.zip"), "text"),
            "",
            1,
            "The model DIR/m.zip is no zip file, or a damaged one; give the .zip that"
                + " Deeplearning4j's ModelSerializer wrote."),
        audit(
            "a scale for a model that has one",
            dir -> {},
            " --scale 0,255",
            2,
            "--size, --scale and --classes are for models that were trained elsewhere; DIR/m.zip"
                + " says itself what it takes."),
        audit(
            "half a scale",
            foreign,
            " --size 32x32 --classes a,b,c --scale 255",
            2,
            "--scale has 1 numbers, but must have two, for black and for white, as in 0,255."),
        audit(
            "a scale upside down",
            foreign,
            " --size 32x32 --classes consolidation,nodules,normal --scale 1,0",
            1,
            "The scale of the pixels is 1.0 to 0.0, but the first number must be below the"
                + " second."),
        audit(
            "a size that is none",
            foreign,
            " --size big",
            2,
            "--size is 'big', but must be height and width with an x between them, as in"
                + " 224x224."),
        audit(
            "other classes than the network's",
            foreign,
            " --size 32x32 --classes a,b",
            1,
            "The network tells 3 classes apart, but --classes names a, b; name all of the"
                + " network's classes, in the order of its outputs, with --classes."),
        audit(
            "data of other classes",
            labels(text -> text.replace(",normal,", ",healthy,")),
            "",
            1,
            "DIR/set/labels.csv, line 13, column label: found 'healthy' in the split 'test',"
                + " expected one of the network's classes: consolidation, nodules, normal."),
        audit(
            "no test images",
            labels(text -> text.replace(",test,", ",val,")),
            "",
            1,
            "DIR/set/labels.csv has no image of the split 'test'; mark some lines with it in the"
                + " column split."),
        audit(
            "no batch",
            dir -> {},
            " --batch 0",
            2,
            "--batch is 0 and --limit is not given, but both must be at least 1."),
        new Mistake(
            "a file for an audit's folder",
            dir -> {},
            "audit --model DIR/m.zip --data DIR/set --out DIR/e.yaml",
            1,
            "--out is 'DIR/e.yaml', which is a file; name a folder for the audit's three files."));
  }

  private static Mistake audit(String name, Damage damage, String more, int code, String sentence) {
    String command = "audit --model DIR/m.zip --data DIR/set --out DIR/audit" + more;
    return new Mistake("audit: " + name, damage, command, code, sentence);
  }

  private static Stream<Mistake> outputs() {
    String image = "DIR/set/images/test-normal-00002.png";
    return Stream.of(
        train(
            "a run folder below a file",
            yaml(t -> t.replace("out: run", "out: m.zip/run")),
            "The run folder DIR/m.zip/run cannot be made: DIR/m.zip is no folder; choose another"
                + " 'out'."),
        train(
            "a file for a run folder",
            yaml(t -> t.replace("out: run", "out: m.zip")),
            "The run folder DIR/m.zip cannot be made: DIR/m.zip is no folder; choose another"
                + " 'out'."),
        explain(
            "a picture below a file",
            image,
            "DIR/m.zip/h.png",
            1,
            "DIR/m.zip cannot be used (a file stands where a folder is needed)."),
        explain(
            "a folder for a picture",
            image,
            "DIR/set",
            1,
            "DIR/set cannot be used (it is no regular file)."),
        explain(
            "a device for a picture",
            image,
            "/dev/full",
            1,
            "/dev/full cannot be used (it is no regular file)."),
        explain(
            "a picture where nothing can be written",
            image,
            "/proc/h.png",
            1,
            "/proc/h.png cannot be used (there is no such file or folder)."),
        new Mistake(
            "a data folder that exists",
            dir -> {},
            "data phantom DIR/set",
            1,
            "DIR/set exists already; name a folder that does not, or delete it."),
        new Mistake(
            "a data folder below a file",
            dir -> {},
            "data phantom DIR/m.zip/a",
            1,
            "DIR/m.zip cannot be used (a file stands where a folder is needed)."),
        new Mistake(
            "no images",
            dir -> {},
            "data phantom DIR/n --per-class 0 1 1",
            1,
            "The number of phantoms per class is 0, but must be at least 1."),
        new Mistake(
            "images too small",
            dir -> {},
            "data phantom DIR/n --size 0",
            1,
            "The image size is 0 x 0 (height x width), but both must be at least 1."),
        new Mistake(
            "a word for a number",
            dir -> {},
            "data phantom DIR/n --size big",
            2,
            "Invalid value for option '--size': 'big' is no whole number; see 'isnet data phantom"
                + " --help'."),
        new Mistake(
            "no signs",
            dir -> {},
            "data phantom DIR/n --sign-contrast 0",
            1,
            "The contrast of the signs is 0.0, but must be above 0 and at most 3."));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void eachMistakeIsOneSentence(Mistake mistake) throws IOException {
    copy(good, folder);
    mistake.damage().to(folder);
    List<String> before = files(folder);
    Outcome outcome = run(mistake.command().replace("DIR", folder.toString()).split(" "));
    assertThat(outcome.err().replace(folder.toString(), "DIR"))
        .isEqualTo("isnet: " + mistake.sentence() + "\n");
    assertThat(outcome.code()).isEqualTo(mistake.code());
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.noise()).isEmpty();
    assertThat(files(folder)).isEqualTo(before);
  }

  private static Mistake train(String name, Damage damage, String sentence) {
    return new Mistake(name, damage, "train DIR/e.yaml", 1, sentence);
  }

  private static Mistake wrongUse(String name, Damage damage, String sentence) {
    return new Mistake(name, damage, "train DIR/e.yaml", 2, sentence);
  }

  private static Mistake explain(String name, String image, String out, int code, String sentence) {
    String command = "explain --model DIR/m.zip --image %s --out %s".formatted(image, out);
    return new Mistake(name, dir -> {}, command, code, sentence);
  }

  private static Damage yaml(UnaryOperator<String> change) {
    return dir -> edit(dir.resolve("e.yaml"), change);
  }

  private static Damage labels(UnaryOperator<String> change) {
    return dir -> edit(dir.resolve("set/labels.csv"), change);
  }

  private static void edit(Path file, UnaryOperator<String> change) throws IOException {
    Files.writeString(file, change.apply(Files.readString(file)));
  }

  private static void truncate(Path file) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, 100));
  }

  private static void paint(Path file, int size, int rgb) throws IOException {
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < size * size; i++) {
      image.setRGB(i % size, i / size, rgb);
    }
    ImageIO.write(image, "png", file.toFile());
  }

  private static void zip(Path file) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("readme.txt"));
    }
  }

  private static void inZip(Path folder, String entry, Damage damage) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(folder.resolve("m.zip"))) {
      damage.to(zip.getPath(entry));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.skip(1).toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  /** What a command printed; noise is what came past the command's own streams. */
  private record Outcome(int code, String out, String err, String noise) {}

  private static Outcome run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    ByteArrayOutputStream noise = new ByteArrayOutputStream();
    PrintStream console = System.err;
    System.setErr(new PrintStream(noise, true, StandardCharsets.UTF_8));
    try {
      int code = Main.run(new PrintWriter(out), new PrintWriter(err), args);
      return new Outcome(
          code, out.toString(), err.toString(), noise.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(console);
    }
  }
}

package dev.isnet.cli.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.isnet.cli.WrongUseException;
import dev.isnet.data.DatasetCheck;
import dev.isnet.data.DatasetManifest;
import dev.isnet.data.DatasetReport;
import dev.isnet.data.FileFailure;
import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import dev.isnet.data.bias.BackgroundBias;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and writes {@link ExperimentConfig} as YAML. What is written reads back as the same. */
public final class ExperimentYaml {
  private ExperimentYaml() {}

  /**
   * Reads an experiment.
   *
   * @param file the YAML file; relative paths in it start at its folder
   * @return the experiment with every default filled in
   * @throws dev.isnet.cli.WrongUseException if a key does not exist or a value is out of range
   * @throws InputException if the file cannot be read
   */
  public static ExperimentConfig read(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    YamlSection yaml = parse(file);
    String name = name(absolute);
    ExperimentConfig config = ExperimentConfig.of(yaml, absolute.getParent(), name);
    yaml.done();
    return config;
  }

  /**
   * Checks an experiment's file and its data, the data even where other sections are wrong.
   *
   * @param file the YAML file; relative paths in it start at its folder
   * @param progress is told how far it is
   * @return all findings
   * @throws dev.isnet.cli.WrongUseException if the file is no YAML
   * @throws InputException if the file cannot be read
   */
  public static DatasetReport check(Path file, DatasetCheck.Progress progress) {
    Path absolute = file.toAbsolutePath().normalize();
    YamlSection yaml = parse(file);
    Path base = absolute.getParent();
    List<String> problems = new ArrayList<>(ExperimentConfig.mistakes(yaml, base, name(absolute)));
    DatasetReport found;
    try {
      // Wrong values, which were told already, count as missing.
      YamlSection lenient = yaml.collecting(told -> {});
      DataConfig data = DataConfig.of(lenient, base);
      found =
          DatasetCheck.report(
              data.folder(),
              data.labels(),
              ExperimentConfig.image(lenient.section("image")),
              data.reading(),
              data.splits(),
              progress);
    } catch (WrongUseException e) {
      // It is among the mistakes, and nothing is known about the folder.
      found = new DatasetReport(List.of(), List.of(), Map.of(), 0, Map.of(), Optional.empty());
    }
    problems.addAll(found.problems());
    return new DatasetReport(
        problems,
        found.warnings(),
        found.counts(),
        found.masks(),
        found.foreground(),
        found.probe());
  }

  private static YamlSection parse(Path file) {
    YamlSection yaml = YamlSection.parse(text(file), file.toString());
    if (yaml.has(TuneExperiment.SECTION)) {
      throw yaml.wrong(
          TuneExperiment.SECTION, "given", "left out, because only 'isnet tune' reads it");
    }
    return yaml;
  }

  /**
   * Reads the section {@code bias} of an experiment, or of a file that holds nothing else.
   *
   * @param file the YAML file; relative paths in it start at its folder
   * @param data whose classes get cues
   * @param size what background pictures are brought to
   * @return the bias
   * @throws dev.isnet.cli.WrongUseException if a key does not exist or a value is out of range
   * @throws InputException if the file cannot be read
   */
  public static BackgroundBias readBias(Path file, DatasetManifest data, ImageSize size) {
    YamlSection yaml = YamlSection.parse(text(file), file.toString());
    Path base = file.toAbsolutePath().normalize().getParent();
    return ExperimentData.bias(BiasConfig.of(yaml.section("bias"), base), data, size);
  }

  /**
   * Writes an experiment, defaults included.
   *
   * @param config the experiment
   * @return the YAML text
   */
  public static String write(ExperimentConfig config) {
    try {
      return mapper(
              YAMLMapper.builder()
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .build())
          .writeValueAsString(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The experiment as nested maps, as provenance records it.
   *
   * @param config the experiment
   * @return keys and values as in the file
   */
  public static Map<String, Object> toMap(ExperimentConfig config) {
    return mapper(new ObjectMapper()).convertValue(config, new TypeReference<>() {});
  }

  /** Reads what {@link #toMap} made. */
  static ExperimentConfig fromMap(Map<?, ?> map, String source) {
    try {
      YamlSection yaml = YamlSection.parse(new YAMLMapper().writeValueAsString(map), source);
      ExperimentConfig config = ExperimentConfig.of(yaml, Path.of(""), "run");
      yaml.done();
      return config;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the run of a file is called: the file's name without its ending. */
  static String name(Path file) {
    return file.getFileName().toString().replaceFirst("[.]ya?ml$", "");
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new InputException("The experiment file " + file + " does not exist.", e);
    } catch (MalformedInputException e) {
      throw new InputException("The experiment file " + file + " is not UTF-8 text.", e);
    } catch (IOException e) {
      throw new InputException(
          "The experiment file %s cannot be read (%s).".formatted(file, FileFailure.reason(e)), e);
    }
  }

  private static ObjectMapper mapper(ObjectMapper mapper) {
    SimpleModule asInTheFile = new SimpleModule();
    asInTheFile.addSerializer(new EnumSerializer());
    asInTheFile.addSerializer(new PathSerializer());
    return mapper
        .registerModule(new Jdk8Module())
        .registerModule(asInTheFile)
        .setDefaultPropertyInclusion(JsonInclude.Include.NON_ABSENT);
  }

  @SuppressWarnings("rawtypes") // Jackson looks serializers up by raw type.
  private static final class EnumSerializer extends StdSerializer<Enum> {
    private static final long serialVersionUID = 1L;

    EnumSerializer() {
      super(Enum.class);
    }

    @Override
    public void serialize(Enum value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(YamlSection.name(value));
    }
  }

  private static final class PathSerializer extends StdSerializer<Path> {
    private static final long serialVersionUID = 1L;

    PathSerializer() {
      super(Path.class);
    }

    @Override
    public void serialize(Path value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(value.toString());
    }
  }
}

package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.isnet.cli.ChildJvm.Outcome;
import dev.isnet.data.ImageSize;
import dev.isnet.data.phantom.PhantomWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is what the program does. */
class ReadmeIT {
  private static final String PROGRAM =
      """
      import dev.isnet.backbone.*;
      import dev.isnet.data.*;
      import dev.isnet.train.*;
      import java.nio.file.Path;
      import org.deeplearning4j.nn.graph.ComputationGraph;

      public class Readme {
        public static void main(String[] args) {
      %s
          System.out.println(network.numParams());
        }
      }
      """;

  @TempDir private Path folder;

  @Test
  void itsLinesOfJavaCompileAndTrain() throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"));
    List<String> blocks =
        Pattern.compile("(?s)```java\\n(.*?)```")
            .matcher(readme)
            .results()
            .map(block -> block.group(1))
            .toList();
    assertThat(blocks).hasSize(1);
    assertThat(blocks.get(0)).hasLineCount(5);
    Path source =
        Files.writeString(folder.resolve("Readme.java"), PROGRAM.formatted(blocks.get(0)));
    PhantomWriter.write(
        folder.resolve("pets"), new ImageSize(64, 64, 3), new PhantomWriter.Counts(1, 1, 1), 1, 1);
    Outcome outcome =
        ChildJvm.java(
                folder,
                folder.resolve("out.txt"),
                List.of("-cp", System.getProperty("java.class.path"), source.toString()))
            .finish();
    assertThat(outcome.code()).describedAs(outcome.err()).isZero();
    assertThat(outcome.out().strip()).isEqualTo("60707");
  }

  @Test
  void itsCommandsExist() throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"));
    List<String> commands =
        Pattern.compile("`\\./isnet ([a-z]+( [a-z]+)?)")
            .matcher(readme)
            .results()
            .map(command -> command.group(1))
            .toList();
    assertThat(commands).contains("demo", "data check");
    for (String command : commands) {
      String[] words = command.replace(" experiment", "").concat(" --help").split(" ");
      Outcome outcome = ChildJvm.start(folder, List.of(), words).finish();
      assertThat(outcome.out()).startsWith("Usage: isnet " + words[0]);
    }
  }
}

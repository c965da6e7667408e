package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with a Maven and a Java of our own making, which only say that they were called. */
class LauncherTest {
  @TempDir private Path folder;
  private Path project;
  private Path tools;

  @BeforeEach
  void copyTheLauncher() throws IOException {
    assumeTrue(File.separatorChar == '/', "The launcher is a shell script.");
    project = Files.createDirectories(folder.resolve("a project"));
    tools = Files.createDirectories(folder.resolve("tools"));
    Files.copy(Path.of("..", "isnet"), project.resolve("isnet"));
    Files.setPosixFilePermissions(
        project.resolve("isnet"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Path environment = Path.of("isnet-backend", "environment.sh");
    Files.createDirectories(project.resolve("isnet-backend"));
    Files.copy(Path.of("..").resolve(environment), project.resolve(environment));
    Files.writeString(project.resolve("pom.xml"), "<project/>");
    for (String module : new String[] {"data", "dl4j", "cli"}) {
      Files.createDirectories(project.resolve("isnet-" + module + "/src/main"));
    }
    tool("java", "[ \"$1\" = -version ] && echo 'openjdk version \"17.0.1\"' >&2 || echo \"$@\"");
    tool("javac", "exit 0");
    tool(
        "mvn",
        """
        echo build >>mvn-calls
        echo "$@" >>mvn-arguments
        sleep 1
        for m in data dl4j cli; do mkdir -p isnet-$m/target; touch isnet-$m/target/isnet-$m-1.jar; done
        root=$(pwd -P)
        mkdir -p m2; touch m2/x.jar
        echo "$root/isnet-data/target/isnet-data-1.jar:$root/isnet-dl4j/target/isnet-dl4j-1.jar:$root/m2/x.jar" >isnet-cli/target/classpath
        """);
  }

  @Test
  void buildsOnceAndThenStartsJavaAtOnce() throws Exception {
    Outcome first = run(Map.of(), "train", "a b.yaml");
    assertThat(first.code).isZero();
    assertThat(first.err).contains("building");
    assertThat(first.out)
        .contains(
            "-Xmx1g", "maxphysicalbytes=3500m", "/m2/x.jar", "dev.isnet.cli.Main train a b.yaml");
    assertThat(run(Map.of(), "--version").err).isEmpty();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws Exception {
    run(Map.of());
    Thread.sleep(20);
    Files.writeString(project.resolve("isnet-data/src/main/New.java"), "class New {}");
    run(Map.of());
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void buildsAgainWhenAJarIsGone() throws Exception {
    run(Map.of());
    Files.delete(project.resolve("m2/x.jar"));
    assertThat(run(Map.of(), "demo").out).contains("dev.isnet.cli.Main demo");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    Process other = start(project.resolve("isnet"), Map.of());
    Outcome mine = run(Map.of(), "demo");
    other.waitFor(30, TimeUnit.SECONDS);
    assertThat(mine.out).contains("dev.isnet.cli.Main demo");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void lockOfADeadProcessIsNobodys() throws Exception {
    Path lock = Files.createDirectories(project.resolve("target/isnet.lock"));
    Files.writeString(lock.resolve("pid"), "999999999\n");
    assertThat(run(Map.of()).code).isZero();
  }

  /** Its owner was killed before it could say who it is. */
  @Test
  void lockThatNobodyPutHisNameToIsNobodys() throws Exception {
    Files.createDirectories(project.resolve("target/isnet.lock"));
    Outcome outcome = run(Map.of(), "demo");
    assertThat(outcome.code).isZero();
    assertThat(outcome.out).contains("dev.isnet.cli.Main demo");
    assertThat(project.resolve("target/isnet.lock")).doesNotExist();
  }

  @Test
  void worksThroughASymbolicLinkFromElsewhere() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), project.resolve("isnet"));
    Outcome outcome = finish(start(link, Map.of(), "--version"));
    assertThat(outcome.out).contains("dev.isnet.cli.Main --version");
  }

  @Test
  void failedBuildNamesItsLog() throws Exception {
    tool("mvn", "echo the compiler said no; echo '[ERROR] no such symbol'; exit 1");
    Outcome outcome = run(Map.of());
    assertThat(outcome.code).isEqualTo(1);
    assertThat(outcome.err)
        .endsWith(
            "isnet: The build failed (no such symbol); all that Maven said is in %s/target/isnet-build.log.\n"
                .formatted(project.toRealPath()));
    assertThat(project.resolve("target/isnet-build.log")).content().contains("said no");
    assertThat(project.resolve("target/isnet.lock")).doesNotExist();
  }

  @Test
  void oldJavaIsRefused() throws Exception {
    tool("java", "echo 'openjdk version \"11.0.2\"' >&2");
    Outcome outcome = run(Map.of());
    assertThat(outcome.code).isEqualTo(1);
    assertThat(outcome.err).contains("Java 11 is too old");
  }

  @Test
  void missingJavaIsOneSentence() throws Exception {
    Outcome outcome = run(Map.of("PATH", without("java")));
    assertThat(outcome.code).isEqualTo(1);
    assertThat(outcome.err)
        .isEqualTo(
            "isnet: Java is missing; install a JDK 17 or newer (Debian: apt install openjdk-17-jdk-headless).\n");
  }

  @Test
  void missingCompilerIsOneSentence() throws Exception {
    Outcome outcome = run(Map.of("PATH", without("javac")));
    assertThat(outcome.code).isEqualTo(1);
    assertThat(outcome.err)
        .isEqualTo(
            "isnet: Java is here, but not its compiler javac; install a JDK 17 or newer (Debian: apt install openjdk-17-jdk-headless).\n");
    assertThat(project.resolve("target/isnet.lock")).doesNotExist();
  }

  @Test
  void missingMavenIsOneSentence() throws Exception {
    Outcome outcome = run(Map.of("PATH", without("mvn")));
    assertThat(outcome.code).isEqualTo(1);
    assertThat(outcome.err)
        .isEqualTo(
            "isnet: Maven is missing; install Maven 3.8 or newer (Debian: apt install maven).\n");
    assertThat(project.resolve("target/isnet.lock")).doesNotExist();
  }

  @Test
  void wrongJavaHomeIsOneSentence() throws Exception {
    Outcome outcome = run(Map.of("JAVA_HOME", "/no/where"));
    assertThat(outcome.code).isEqualTo(1);
    assertThat(outcome.err)
        .isEqualTo(
            "isnet: JAVA_HOME is '/no/where', where there is no bin/java; let it name a JDK 17 or newer, or unset it.\n");
  }

  @Test
  void cudaIsBuiltWithItsProfileAndTheNativesOfLinuxAlone() throws Exception {
    run(Map.of("ISNET_BACKEND", "cuda"));
    assertThat(project.resolve("mvn-arguments"))
        .content()
        .contains("-Pcuda -Djavacpp.platform=linux-x86_64");
  }

  @Test
  void terminalWithoutCursorGetsNoColours() throws Exception {
    assertThat(run(Map.of("TERM", "dumb"), "demo").out)
        .contains("-Dpicocli.ansi=false", "-Disnet.terminal=false");
    assertThat(run(Map.of("TERM", "xterm"), "demo").out).doesNotContain("picocli.ansi");
  }

  @Test
  void unknownBackendIsWrongUse() throws Exception {
    Outcome outcome = run(Map.of("ISNET_BACKEND", "tpu"));
    assertThat(outcome.code).isEqualTo(2);
    assertThat(outcome.err).contains("'tpu'", "cpu or cuda");
  }

  @Test
  void memoryLimitsCanBeReplaced() throws Exception {
    Outcome outcome = run(Map.of("ISNET_JAVA_OPTS", "-Xmx2g -Dx=y"), "demo");
    assertThat(outcome.out).startsWith("-Xmx2g -Dx=y").doesNotContain("-Xmx1g");
  }

  private record Outcome(int code, String out, String err) {}

  private long builds() throws IOException {
    return Files.readAllLines(project.resolve("mvn-calls")).size();
  }

  private void tool(String name, String body) throws IOException {
    executable(tools.resolve(name), body);
  }

  private static void executable(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** A path with what the launcher needs and our tools, except one of them. */
  private String without(String tool) throws IOException {
    Path path = Files.createDirectories(folder.resolve("without " + tool));
    for (String name :
        "cat cp cut dirname basename find grep head ls mkdir mv readlink rm sed sleep touch tr"
            .split(" ")) {
      Path system = Path.of("/bin", name);
      executable(
          path.resolve(name),
          "exec %s \"$@\"".formatted(Files.exists(system) ? system : Path.of("/usr/bin", name)));
    }
    for (String name : new String[] {"java", "javac", "mvn"}) {
      if (!name.equals(tool)) {
        Files.copy(tools.resolve(name), path.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return path.toString();
  }

  private Outcome run(Map<String, String> environment, String... args) throws Exception {
    return finish(start(project.resolve("isnet"), environment, args));
  }

  private Process start(Path launcher, Map<String, String> environment, String... args)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder();
    builder.command().add(launcher.toString());
    builder.command().addAll(List.of(args));
    builder.directory(folder.toFile());
    builder.environment().remove("JAVA_HOME");
    builder.environment().keySet().removeIf(name -> name.startsWith("ISNET_"));
    builder.environment().put("PATH", tools + File.pathSeparator + System.getenv("PATH"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static Outcome finish(Process process) throws Exception {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Outcome(process.exitValue(), out, err);
  }
}

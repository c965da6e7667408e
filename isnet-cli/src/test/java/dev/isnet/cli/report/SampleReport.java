package dev.isnet.cli.report;

import dev.isnet.evaluate.Estimate;
import dev.isnet.evaluate.EvaluationResult;
import dev.isnet.explain.Heatmap;
import dev.isnet.explain.MaskOutline;
import dev.isnet.explain.Pictures;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** A report of a run that never was, but could have been. */
final class SampleReport {

  static final List<String> CLASSES = List.of("normal", "consolidation", "nodules");
  private static final List<String> TESTS = List.of("biased", "standard", "deceiving");
  private static final int SIZE = 64;
  private static final int EPOCHS = 30;

  private SampleReport() {}

  static ReportData data() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("data", "600 generated chest radiographs, 64×64, and their lung masks");
    facts.put("isnet-dl4j", "0.1.0-SNAPSHOT");
    facts.put("Deeplearning4j", "1.0.0-M2.1 on nd4j-native, 2 threads");
    facts.put("Java", "17.0.15, Linux amd64");
    RunInfo run =
        new RunInfo(
            "./isnet demo --out runs/<demo> --seed 1",
            1,
            ZonedDateTime.of(2026, 11, 22, 14, 5, 0, 0, ZoneOffset.UTC),
            Duration.ofSeconds(272),
            facts);
    EvaluationResult[] plain = {
      SampleResults.result(new long[][] {{40, 0, 0}, {1, 38, 1}, {0, 1, 39}}, 1),
      SampleResults.result(new long[][] {{38, 1, 1}, {20, 17, 3}, {21, 2, 17}}, 2),
      SampleResults.result(new long[][] {{12, 27, 1}, {2, 6, 32}, {28, 1, 11}}, 3)
    };
    EvaluationResult[] isnet = {
      SampleResults.result(new long[][] {{38, 1, 1}, {2, 36, 2}, {1, 3, 36}}, 4),
      SampleResults.result(new long[][] {{38, 1, 1}, {2, 36, 2}, {2, 3, 35}}, 5),
      SampleResults.result(new long[][] {{37, 2, 1}, {2, 36, 2}, {2, 3, 35}}, 6)
    };
    return new ReportData(
        "Plain classifier and ISNet on generated radiographs",
        run,
        List.of(
            system("plain classifier", curves(1, 0.05, Double.NaN, 0.98), plain),
            system("ISNet", curves(2, 0.25, 0.52, 0.91), isnet)),
        IntStream.range(0, 3)
            .mapToObj(
                i ->
                    new SystemComparison(
                        TESTS.get(i),
                        "ISNet",
                        "plain classifier",
                        CLASSES,
                        SampleResults.paired(isnet[i], plain[i])))
            .toList(),
        List.of(row(0, 11), row(1, 12), row(2, 13)),
        Map.of(
            "Effective settings",
            "seed: 1\ndata:\n  phantom: {perClass: 200, height: 64}\nobjective:\n  isnet: {p: 0.7, d:"
                + " 0.996}\ntitle: \"<b>not bold</b>\"\n"));
  }

  /** A generated image with a marker that the plain classifier reads, and the maps of both. */
  static GalleryRow row(int label, long seed) {
    Random random = new Random(seed);
    float[] pixels = new float[SIZE * SIZE];
    boolean[] mask = new boolean[SIZE * SIZE];
    float[] plain = new float[SIZE * SIZE];
    float[] isnet = new float[SIZE * SIZE];
    int markerX = 3 + random.nextInt(4);
    double signX = random.nextBoolean() ? 22 : 43;
    double signY = 26 + random.nextInt(16);
    for (int i = 0; i < pixels.length; i++) {
      int x = i % SIZE;
      int y = i / SIZE;
      mask[i] = Math.min(ellipse(x, y, 21, 34, 9, 20), ellipse(x, y, 43, 34, 9, 20)) < 1;
      double body = ellipse(x, y, 32, 38, 30, 36) < 1 ? 0.62 : 0.12;
      double rib = 0.06 * Math.sin(y * 1.1 + 0.02 * (x - 32) * (x - 32));
      double sign = label == 0 ? 0 : Math.exp(-ellipse(x, y, signX, signY, 5, 5));
      boolean marker = x >= markerX && x < markerX + 7 && y >= 3 && y < 10;
      double value = mask[i] ? 0.24 + rib + 0.4 * sign : body + rib / 2;
      pixels[i] = marker ? 0.95f : (float) (value + 0.03 * random.nextGaussian());
      double noise = random.nextGaussian();
      double nearMarker = Math.exp(-ellipse(x, y, markerX + 3, 6, 6, 6));
      plain[i] = (float) (0.03 * nearMarker * (1 + noise) + 0.0015 * noise);
      isnet[i] = (float) ((mask[i] ? 0.02 * noise + 0.15 * sign : 0.0008 * noise));
    }
    String predicted = CLASSES.get((label + 1) % 3);
    return new GalleryRow(
        "images/%s-%04d.png".formatted(CLASSES.get(label), seed),
        "deceiving",
        CLASSES.get(label),
        Pictures.of(pixels, 1, SIZE, SIZE),
        Optional.of(new MaskOutline(mask, SIZE, SIZE)),
        List.of(
            new Explanation(
                "plain classifier",
                predicted,
                0.97,
                List.of(map(negated(plain), CLASSES.get(label)), map(plain, predicted))),
            new Explanation(
                "ISNet", CLASSES.get(label), 0.88, List.of(map(isnet, CLASSES.get(label))))));
  }

  private static float[] negated(float[] values) {
    float[] negated = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      negated[i] = -values[i] / 2;
    }
    return negated;
  }

  private static Heatmap map(float[] values, String className) {
    return new Heatmap(values, 1, SIZE, SIZE, className, 2.5);
  }

  private static SystemReport system(
      String name, List<CurveData> curves, EvaluationResult[] results) {
    return new SystemReport(
        name,
        curves,
        IntStream.range(0, 3)
            .mapToObj(i -> SampleResults.scenario(TESTS.get(i), results[i]))
            .toList(),
        Optional.of(SampleResults.change(results[0], results[2])),
        Optional.of(
            new RelevanceShare(
                "biased test, 100 images",
                name.equals("ISNet")
                    ? new Estimate(0.08, 0.01, 0.06, 0.1)
                    : new Estimate(0.84, 0.02, 0.8, 0.87))));
  }

  private static List<CurveData> curves(long seed, double loss, double background, double f1) {
    List<CurveData> curves = new ArrayList<>();
    curves.add(curve("Classification loss", "training", 1.1, loss, seed));
    curves.add(curve("Classification loss", "validation", 1.1, loss + 0.08, seed + 10));
    curves.add(curve("Background loss", "training", 0.95, background, seed + 20));
    curves.add(curve("Background loss", "validation", 0.95, background + 0.02, seed + 30));
    curves.add(curve("Macro F1", "validation", 0.3, f1, seed + 40));
    return curves;
  }

  private static CurveData curve(String quantity, String name, double from, double to, long seed) {
    Random random = new Random(seed);
    double[] x = new double[EPOCHS];
    double[] y = new double[EPOCHS];
    for (int i = 0; i < EPOCHS; i++) {
      x[i] = i + 1;
      y[i] = to + (from - to) * Math.exp(-i / 6.0) * (1 + 0.12 * random.nextGaussian());
    }
    return new CurveData(quantity, name, x, y);
  }

  private static double ellipse(
      double x, double y, double centreX, double centreY, double radiusX, double radiusY) {
    double dx = (x - centreX) / radiusX;
    double dy = (y - centreY) / radiusY;
    return dx * dx + dy * dy;
  }
}

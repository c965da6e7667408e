package dev.isnet.cli.report;

import dev.isnet.evaluate.RocAuc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether systems differ on the same images. */
public final class Differences {

  private static final int MOST_COLUMNS = 5;

  private Differences() {}

  /**
   * A section with all comparisons.
   *
   * @param comparisons at least one; those of two systems stand in one table
   * @param source what made the numbers
   * @return the section
   */
  public static Section section(List<SystemComparison> comparisons, Source source) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Note(
            "One system less the other on the same images, with the interval of a paired bootstrap"
                + " by patient; where it does not hold 0, the systems differ. McNemar’s test looks at"
                + " the images that only one of them gets right."));
    Map<String, List<SystemComparison>> pairs = new LinkedHashMap<>();
    comparisons.forEach(
        each ->
            pairs
                .computeIfAbsent(
                    each.first() + " less " + each.second(), unused -> new ArrayList<>())
                .add(each));
    pairs.forEach(
        (name, own) -> {
          blocks.add(overall(name, own));
          blocks.add(areas(name, own));
        });
    return Section.of("Do they differ?", blocks.toArray(Block[]::new)).madeBy(source);
  }

  private static DataTable overall(String name, List<SystemComparison> comparisons) {
    SystemComparison any = comparisons.get(0);
    DataTable table =
        DataTable.of(Text.capitalised(name) + ", with 95 % intervals", "test")
            .numbers(
                "macro F1",
                "accuracy",
                "only " + any.first() + " right",
                "only " + any.second() + " right",
                "McNemar p");
    for (SystemComparison each : comparisons) {
      table =
          table.row(
              Cell.text(each.scenario()),
              Cell.change(each.paired().macroF1()),
              Cell.change(each.paired().accuracy()),
              Cell.count(each.paired().mcNemar().onlyFirst()),
              Cell.count(each.paired().mcNemar().onlySecond()),
              Cell.pValue(each.paired().mcNemar().pValue()));
    }
    return table;
  }

  /** Few classes stand side by side, many below each other. */
  private static DataTable areas(String name, List<SystemComparison> comparisons) {
    String caption =
        Text.capitalised(name) + ": areas under the ROC, each class against the rest (DeLong)";
    List<String> classes = comparisons.get(0).classes();
    if (classes.size() <= MOST_COLUMNS) {
      DataTable table = DataTable.of(caption, "test").numbers(classes.toArray(String[]::new));
      for (SystemComparison each : comparisons) {
        List<Cell> row = new ArrayList<>(List.of(Cell.text(each.scenario())));
        each.paired().auc().forEach(auc -> row.add(auc.map(Differences::area).orElse(Cell.none())));
        table = table.row(row);
      }
      return table;
    }
    DataTable table = DataTable.of(caption, "test").texts("class").numbers("difference");
    for (SystemComparison each : comparisons) {
      for (int k = 0; k < classes.size(); k++) {
        Optional<RocAuc.Difference> auc = each.paired().auc().get(k);
        if (auc.isPresent()) {
          table = table.row(Cell.text(each.scenario()), Cell.text(classes.get(k)), area(auc.get()));
        }
      }
    }
    return table;
  }

  /** A difference with its interval and the probability that there is none, if it is defined. */
  private static Cell area(RocAuc.Difference area) {
    Cell change = Cell.change(area.difference());
    return area.pValue().isEmpty()
        ? change
        : new Cell(
            change.text(),
            change.detail() + ", p " + Text.pValue(area.pValue().getAsDouble()),
            change.order(),
            change.colour());
  }
}

package dev.isnet.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether two systems differ on the same images. */
final class Differences {

  private Differences() {}

  static Section section(ReportData data) {
    SystemComparison first = data.comparisons().get(0);
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        new Note(
            "%s less %s on the same images, with the interval of a paired bootstrap; where it does not hold 0, the systems differ. McNemar’s test looks at the images that only one of them gets right."
                .formatted(Text.capitalised(first.first()), first.second())));
    blocks.add(overall(data));
    blocks.add(areas(data));
    return new Section("Do they differ?", blocks, Optional.of(data.source()));
  }

  private static DataTable overall(ReportData data) {
    SystemComparison any = data.comparisons().get(0);
    DataTable table =
        DataTable.of("Differences, with 95 % intervals", "test")
            .numbers(
                "macro F1",
                "accuracy",
                "only " + any.first() + " right",
                "only " + any.second() + " right",
                "McNemar p");
    for (SystemComparison each : data.comparisons()) {
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

  private static DataTable areas(ReportData data) {
    DataTable table =
        DataTable.of(
                "Difference of the areas under the ROC, each class against the rest (DeLong)",
                "test")
            .texts("class")
            .numbers("difference", "p");
    for (SystemComparison each : data.comparisons()) {
      for (int k = 0; k < each.classes().size(); k++) {
        String name = each.classes().get(k);
        table =
            each.paired()
                .auc()
                .get(k)
                .map(
                    auc ->
                        List.of(
                            Cell.text(each.scenario()),
                            Cell.text(name),
                            Cell.change(auc.difference()),
                            Cell.pValue(auc.pValue())))
                .map(table::row)
                .orElse(table);
      }
    }
    return table;
  }
}

package dev.isnet.cli.report.audit;

import dev.isnet.audit.AuditResult.WorstImage;
import dev.isnet.audit.AuditedNetwork;
import dev.isnet.audit.Decision;
import dev.isnet.audit.ImageAudit;
import dev.isnet.audit.Replacement;
import dev.isnet.cli.report.Explanation;
import dev.isnet.cli.report.GalleryRow;
import dev.isnet.cli.report.HeatmapGallery;
import dev.isnet.data.ImageSize;
import dev.isnet.explain.Heatmap;
import dev.isnet.explain.MaskOutline;
import dev.isnet.explain.Pictures;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The worst images, each with the heatmap of its decision and what is bad about it. */
final class WorstImages {
  private WorstImages() {}

  static HeatmapGallery gallery(List<WorstImage> images, AuditedNetwork audited) {
    return new HeatmapGallery(images.stream().map(image -> row(image, audited)).toList());
  }

  private static GalleryRow row(WorstImage image, AuditedNetwork audited) {
    ImageSize size = audited.size();
    ImageAudit audit = image.audit();
    String explained = audited.classes().get(audit.decision().explained());
    Heatmap map =
        new Heatmap(
            image.relevance(),
            size.channels(),
            size.height(),
            size.width(),
            explained,
            image.logit());
    return new GalleryRow(
        audit.file(),
        why(audit, audited.classes()),
        truth(audit, audited.classes()),
        Pictures.of(image.pixels().image(), size.channels(), size.height(), size.width()),
        Optional.of(
            new MaskOutline(image.pixels().mask().orElseThrow(), size.height(), size.width())),
        List.of(
            new Explanation(
                "the classifier", explained, audit.decision().probability(), List.of(map))));
  }

  /** Its classes, those with a question mark of which nobody knows whether it has them. */
  static String truth(ImageAudit audit, List<String> classes) {
    String known = new Decision(audit.truth(), 0, 0).words(classes);
    return audit.unknown().isEmpty()
        ? known
        : audit.unknown().stream()
            .map(k -> classes.get(k) + "?")
            .collect(Collectors.joining("|", audit.truth().isEmpty() ? "" : known + "|", ""));
  }

  /** The share of relevance in its background, and what other backgrounds make of it. */
  private static String why(ImageAudit audit, List<String> classes) {
    double share = audit.background().orElseThrow().scores().backgroundShare();
    String relevance =
        Double.isNaN(share)
            ? "no relevance"
            : String.format(
                Locale.ROOT, "%.0f %% of the relevance lies outside the mask", 100 * share);
    String flips =
        Stream.of(Replacement.values())
            .filter(replacement -> replacement != Replacement.NO_OBJECT)
            .filter(audit::flips)
            .map(replacement -> flip(replacement, audit, classes))
            .collect(Collectors.joining("; "));
    return flips.isEmpty() ? relevance : relevance + "; " + flips;
  }

  private static String flip(Replacement replacement, ImageAudit audit, List<String> classes) {
    ImageAudit.After after = audit.after(replacement).orElseThrow();
    return "with %s%s it says %s"
        .formatted(
            replacement.words(),
            after
                .donor()
                .filter(donor -> donor >= 0)
                .map(donor -> " (of " + classes.get(donor) + ")")
                .orElse(""),
            after.decision().words(classes));
  }
}

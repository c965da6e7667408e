package dev.isnet.cli.report.audit;

import dev.isnet.audit.AuditResult.WorstImage;
import dev.isnet.audit.AuditedNetwork;
import dev.isnet.audit.Decision;
import dev.isnet.audit.HeatmapMethod;
import dev.isnet.audit.ImageAudit;
import dev.isnet.audit.Replacement;
import dev.isnet.cli.report.Block;
import dev.isnet.cli.report.Explanation;
import dev.isnet.cli.report.GalleryRow;
import dev.isnet.cli.report.HeatmapGallery;
import dev.isnet.cli.report.PictureGallery;
import dev.isnet.data.ImageSize;
import dev.isnet.explain.Heatmap;
import dev.isnet.explain.MaskOutline;
import dev.isnet.explain.Pictures;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The worst images, each with the heatmap of its decision, if there is one, and what is bad about
 * it.
 */
record WorstImages(AuditedNetwork audited, HeatmapMethod method) {
  /** About how wide a picture becomes, in pixels; by whole factors. */
  private static final int WIDTH = 256;

  Block gallery(List<WorstImage> images) {
    return method == HeatmapMethod.NONE
        ? new PictureGallery(images.stream().map(this::picture).toList())
        : new HeatmapGallery(images.stream().map(this::row).toList());
  }

  private PictureGallery.Picture picture(WorstImage image) {
    ImageAudit audit = image.audit();
    BufferedImage photo = Pictures.of(image.pixels());
    BufferedImage picture =
        Pictures.enlarge(photo, Math.max(1, Math.round((float) WIDTH / photo.getWidth())));
    mask(image).draw(picture, MaskOutline.ON_PHOTO);
    return new PictureGallery.Picture(
        picture,
        "%s: %s, it says %s%s"
            .formatted(
                audit.file(),
                truth(audit, audited.classes()),
                audit.decision().words(audited.classes()),
                flips(audit).isEmpty() ? "" : "; " + flips(audit)));
  }

  private MaskOutline mask(WorstImage image) {
    return new MaskOutline(
        image.pixels().mask().orElseThrow(), audited.size().height(), audited.size().width());
  }

  private GalleryRow row(WorstImage image) {
    ImageSize size = audited.size();
    ImageAudit audit = image.audit();
    String explained = audited.classes().get(audit.decision().explained());
    Heatmap map =
        new Heatmap(
            image.relevance().orElseThrow(),
            size.channels(),
            size.height(),
            size.width(),
            explained,
            image.logit());
    return new GalleryRow(
        audit.file(),
        why(audit),
        truth(audit, audited.classes()),
        Pictures.of(image.pixels()),
        Optional.of(mask(image)),
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
  private String why(ImageAudit audit) {
    double share = audit.background().orElseThrow().scores().orElseThrow().backgroundShare();
    String relevance =
        Double.isNaN(share)
            ? "no " + method.quantity()
            : String.format(
                Locale.ROOT,
                "%.0f %% of the %s lies outside the mask",
                100 * share,
                method.quantity());
    return flips(audit).isEmpty() ? relevance : relevance + "; " + flips(audit);
  }

  private String flips(ImageAudit audit) {
    return Stream.of(Replacement.values())
        .filter(replacement -> replacement != Replacement.NO_OBJECT)
        .filter(audit::flips)
        .map(replacement -> flip(replacement, audit))
        .collect(Collectors.joining("; "));
  }

  private String flip(Replacement replacement, ImageAudit audit) {
    List<String> classes = audited.classes();
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

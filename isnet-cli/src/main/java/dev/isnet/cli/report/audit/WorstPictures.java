package dev.isnet.cli.report.audit;

import dev.isnet.audit.AuditResult.WorstImage;
import dev.isnet.audit.AuditedNetwork;
import dev.isnet.audit.Decision;
import dev.isnet.audit.ImageAudit;
import dev.isnet.audit.Replacement;
import dev.isnet.data.ImageSize;
import dev.isnet.explain.Heatmap;
import dev.isnet.explain.MaskOutline;
import dev.isnet.explain.Pictures;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Draws the worst images, all heatmaps at one scale. */
final class WorstPictures {
  /** About how wide a picture becomes, in pixels; by whole factors. */
  private static final int WIDTH = 256;

  private static final double ALPHA = 0.75;

  /**
   * An image and why it is shown.
   *
   * @param file its name
   * @param classes what it is and what is decided
   * @param right whether that is the same
   * @param why what is bad about it, in sentences
   * @param photo the image with its mask's outline, as a data URI
   * @param overlay the heatmap over it
   */
  record Picture(
      String file, String classes, boolean right, List<String> why, String photo, String overlay) {}

  private final List<Picture> all = new ArrayList<>();
  private final double scale;

  WorstPictures(List<WorstImage> images, AuditedNetwork audited) {
    List<Heatmap> maps = images.stream().map(image -> heatmap(image, audited)).toList();
    scale = maps.isEmpty() ? 1 : Heatmap.commonScale(maps);
    for (int i = 0; i < images.size(); i++) {
      all.add(picture(images.get(i), maps.get(i), audited.classes()));
    }
  }

  List<Picture> all() {
    return all;
  }

  /** The relevance that gets the full colour. */
  double scale() {
    return scale;
  }

  private static Heatmap heatmap(WorstImage image, AuditedNetwork audited) {
    ImageSize size = audited.size();
    return new Heatmap(
        image.relevance(),
        size.channels(),
        size.height(),
        size.width(),
        audited.classes().get(image.audit().decision().explained()),
        image.logit());
  }

  private Picture picture(WorstImage image, Heatmap map, List<String> classes) {
    ImageSize size = image.pixels().size();
    MaskOutline outline =
        new MaskOutline(image.pixels().mask().orElseThrow(), size.height(), size.width());
    BufferedImage photo =
        Pictures.of(image.pixels().image(), size.channels(), size.height(), size.width());
    BufferedImage large =
        Pictures.enlarge(photo, Math.max(1, Math.round((float) WIDTH / photo.getWidth())));
    BufferedImage overlay = map.overlay(large, ALPHA, scale);
    outline.draw(overlay, MaskOutline.ON_PHOTO);
    outline.draw(large, MaskOutline.ON_PHOTO);
    ImageAudit audit = image.audit();
    String truth = new Decision(audit.truth(), 0, 0).words(classes);
    return new Picture(
        audit.file(),
        audit.right()
            ? "%s, as it is".formatted(said(audit, classes))
            : "%s, but is %s".formatted(said(audit, classes), truth),
        audit.right(),
        why(audit, classes),
        dataUri(large),
        dataUri(overlay));
  }

  private static String said(ImageAudit audit, List<String> classes) {
    return String.format(
        Locale.ROOT,
        "said to be %s (%.2f)",
        audit.decision().words(classes),
        audit.decision().probability());
  }

  private static List<String> why(ImageAudit audit, List<String> classes) {
    List<String> why = new ArrayList<>();
    double share = audit.background().orElseThrow().scores().backgroundShare();
    if (!Double.isNaN(share)) {
      why.add("%s of the relevance lies outside the mask.".formatted(AuditPage.percent(share)));
    }
    for (Replacement replacement : Replacement.values()) {
      if (audit.flips(replacement)) {
        ImageAudit.After after = audit.after(replacement).orElseThrow();
        why.add(
            String.format(
                Locale.ROOT,
                "With %s it is said to be %s (%.2f → %.2f for %s)%s.",
                replacement.words(),
                after.decision().words(classes),
                audit.decision().probability(),
                after.probability(),
                classes.get(audit.decision().explained()),
                after
                    .donor()
                    .filter(donor -> donor >= 0)
                    .map(donor -> "; that background is from " + classes.get(donor))
                    .orElse("")));
      }
    }
    return why;
  }

  private static String dataUri(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}

package dev.isnet.backbone;

import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The backbones by name. A constant's name in files is its own, small and with hyphens: vgg19-bn.
 */
public enum Architecture {
  /** {@link ConvNet}. */
  CONVNET(ConvNet::builder),
  /** VGG-11. */
  VGG11(vgg(11, false)),
  /** VGG-11 with batch norm. */
  VGG11_BN(vgg(11, true)),
  /** VGG-13. */
  VGG13(vgg(13, false)),
  /** VGG-13 with batch norm. */
  VGG13_BN(vgg(13, true)),
  /** VGG-16. */
  VGG16(vgg(16, false)),
  /** VGG-16 with batch norm. */
  VGG16_BN(vgg(16, true)),
  /** VGG-19. */
  VGG19(vgg(19, false)),
  /** VGG-19 with batch norm. */
  VGG19_BN(vgg(19, true)),
  /** ResNet-18. */
  RESNET18(resNet(18)),
  /** ResNet-34. */
  RESNET34(resNet(34)),
  /** ResNet-50. */
  RESNET50(resNet(50)),
  /** ResNet-101. */
  RESNET101(resNet(101)),
  /** DenseNet-121. */
  DENSENET121(denseNet(121)),
  /** DenseNet-161. */
  DENSENET161(denseNet(161)),
  /** DenseNet-169. */
  DENSENET169(denseNet(169)),
  /** DenseNet-201. */
  DENSENET201(denseNet(201)),
  /** {@link AgSononet}. */
  AG_SONONET(AgSononet::builder),
  /** ViT-B/16, a {@link VisionTransformer}. */
  VIT_B16(VisionTransformer::b16),
  /** A small {@link VisionTransformer} for small data. */
  VIT_SMALL(VisionTransformer::small);

  @FunctionalInterface
  private interface Start {
    BackboneBuilder<?> builder(ImageSize size, int classes);
  }

  private final Start start;

  Architecture(Start start) {
    this.start = start;
  }

  /**
   * Finds a backbone.
   *
   * @param name such as vgg19-bn, resnet50, densenet121 or convnet
   * @return the backbone of that name
   * @throws InputException when there is none; it names all that there are
   */
  public static Architecture named(String name) {
    return Arrays.stream(values())
        .filter(architecture -> architecture.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "There is no backbone \"%s\"; the backbones are %s."
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(Architecture::toString)
                                .collect(Collectors.joining(", ")))));
  }

  /**
   * Starts a configuration.
   *
   * @param size input size
   * @param classes number of classes, at least 2
   * @return the builder
   */
  public BackboneBuilder<?> builder(ImageSize size, int classes) {
    return start.builder(size, classes);
  }

  /**
   * Whether relevance passes through it, as the ISNet and its relatives need.
   *
   * @return false for transformers
   */
  public boolean hasRelevance() {
    return this != VIT_B16 && this != VIT_SMALL;
  }

  /**
   * The dropout that its builder starts with.
   *
   * @return in [0, 1)
   */
  public double standardDropout() {
    return builder(new ImageSize(1, 1, 1), 2).dropout();
  }

  /** The name that {@link #named} takes. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Start vgg(int depth, boolean batchNorm) {
    return (size, classes) -> Vgg.builder(depth, size, classes).optBatchNorm(batchNorm);
  }

  private static Start resNet(int depth) {
    return (size, classes) -> ResNet.builder(depth, size, classes);
  }

  private static Start denseNet(int depth) {
    return (size, classes) -> DenseNet.builder(depth, size, classes);
  }
}

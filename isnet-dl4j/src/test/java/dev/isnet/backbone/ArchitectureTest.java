package dev.isnet.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.ImageSize;
import dev.isnet.data.InputException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ArchitectureTest {

  @ParameterizedTest
  @CsvSource({
    "convnet, 61162",
    "vgg19, 143667240",
    "vgg19-bn, 143678248",
    "resnet50, 25557032",
    "densenet121, 7978856",
    "vit-b16, 86567656",
  })
  void namesGiveTheirNetworks(String name, long trainable) {
    int classes = name.equals("convnet") ? 10 : 1000;
    assertThat(
            ParameterCount.of(
                    Architecture.named(name).builder(new ImageSize(224, 224, 3), classes).build())
                .trainable())
        .isEqualTo(trainable);
  }

  @ParameterizedTest
  @EnumSource
  void everyNameIsFoundAgain(Architecture architecture) {
    assertThat(Architecture.named(architecture.toString())).isSameAs(architecture);
  }

  @ParameterizedTest
  @EnumSource
  void inputAndOutputHaveTheSameNamesInAll(Architecture architecture) {
    ComputationGraphConfiguration conf = architecture.builder(new ImageSize(32, 32, 3), 2).build();
    assertThat(conf.getNetworkInputs()).containsExactly("image");
    assertThat(conf.getNetworkOutputs()).containsExactly("classes");
  }

  @Test
  void onlyVggDropsUnlessTold() {
    assertThat(Architecture.VGG11_BN.standardDropout()).isEqualTo(0.5);
    assertThat(Architecture.CONVNET.standardDropout()).isZero();
    assertThat(Architecture.RESNET34.standardDropout()).isZero();
    assertThat(Architecture.DENSENET201.standardDropout()).isZero();
  }

  @Test
  void anUnknownNameIsToldWithTheKnownOnes() {
    assertThatThrownBy(() -> Architecture.named("vgg20"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "There is no backbone \"vgg20\"; the backbones are convnet, vgg11, vgg11-bn, vgg13,"
                + " vgg13-bn, vgg16, vgg16-bn, vgg19, vgg19-bn, resnet18, resnet34, resnet50,"
                + " resnet101, densenet121, densenet161, densenet169, densenet201, ag-sononet, vit-b16,"
                + " vit-small.");
  }
}

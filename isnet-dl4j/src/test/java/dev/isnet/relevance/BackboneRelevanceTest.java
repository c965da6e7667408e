package dev.isnet.relevance;

import dev.isnet.backbone.Architecture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

class BackboneRelevanceTest {

  @ParameterizedTest
  @CsvSource({
    "CONVNET,FLOAT",
    "CONVNET,DOUBLE",
    "RESNET18,FLOAT",
    "RESNET18,DOUBLE",
    "AG_SONONET,DOUBLE",
    "DENSENET121,DOUBLE"
  })
  void withoutEpsilonTheMapsAreDl4jsGradientTimesTheInput(
      Architecture architecture, DataType type) {
    Backbones.assertGradientTimesInput(architecture, type);
  }
}

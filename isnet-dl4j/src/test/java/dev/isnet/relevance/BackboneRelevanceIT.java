package dev.isnet.relevance;

import dev.isnet.backbone.Architecture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;

class BackboneRelevanceIT {

  @ParameterizedTest
  @EnumSource(value = Architecture.class, mode = EnumSource.Mode.MATCH_NONE, names = "VIT_.*")
  void withoutEpsilonTheMapsOfEveryBackboneAreDl4jsGradientTimesTheInput(
      Architecture architecture) {
    Backbones.assertGradientTimesInput(architecture, DataType.FLOAT);
  }

  @ParameterizedTest
  @CsvSource({"VGG11", "VGG13_BN", "RESNET18", "RESNET50", "DENSENET121"})
  void inDoublePrecisionNineDigitsAgree(Architecture architecture) {
    Backbones.assertGradientTimesInput(architecture, DataType.DOUBLE);
  }
}

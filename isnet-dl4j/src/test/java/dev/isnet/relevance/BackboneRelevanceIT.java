package dev.isnet.relevance;

import dev.isnet.backbone.Architecture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Every backbone by name; no relevance passes through transformers. */
class BackboneRelevanceIT {

  @ParameterizedTest
  @EnumSource(value = Architecture.class, mode = EnumSource.Mode.MATCH_NONE, names = "VIT_.*")
  void withoutEpsilonTheMapsAreDl4jsGradientTimesTheInput(Architecture architecture) {
    Backbones.assertGradientTimesInput(architecture, DataType.FLOAT);
  }

  @ParameterizedTest
  @EnumSource(value = Architecture.class, mode = EnumSource.Mode.MATCH_NONE, names = "VIT_.*")
  void inDoublePrecisionNineDigitsAgree(Architecture architecture) {
    Backbones.assertGradientTimesInput(
        architecture.toString(), Backbones.narrow(architecture), DataType.DOUBLE);
  }

  @ParameterizedTest
  @EnumSource(value = Architecture.class, mode = EnumSource.Mode.MATCH_NONE, names = "VIT_.*")
  void withoutShiftsAndEpsilonTheRelevanceOfThePixelsIsTheLogit(Architecture architecture) {
    Backbones.assertConserved(architecture.toString(), Backbones.narrow(architecture));
  }
}

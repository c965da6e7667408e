package dev.isnet.cli;

import dev.isnet.data.InputException;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.relevance.RuleSet;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Words of the command line to constants, with the sentences that the constants' own types give.
 */
final class Converters {
  private Converters() {}

  static final class ToSplit implements ITypeConverter<Split> {
    @Override
    public Split convert(String text) {
      return converted(text, Split::of);
    }
  }

  static final class ToScenario implements ITypeConverter<BiasScenario> {
    @Override
    public BiasScenario convert(String text) {
      return converted(text, BiasScenario::of);
    }
  }

  static final class ToRules implements ITypeConverter<RuleSet.Preset> {
    @Override
    public RuleSet.Preset convert(String text) {
      return converted(text, RuleSet.Preset::named);
    }
  }

  private static <T> T converted(String text, Function<String, T> conversion) {
    try {
      return conversion.apply(text);
    } catch (InputException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}

package dev.isnet.cli;

import dev.isnet.data.InputException;
import dev.isnet.data.MaskFormat;
import dev.isnet.data.Split;
import dev.isnet.data.bias.BiasScenario;
import dev.isnet.data.phantom.PhantomPlan;
import dev.isnet.relevance.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

  static final class ToMethod implements ITypeConverter<ExplainCommand.MethodName> {
    @Override
    public ExplainCommand.MethodName convert(String text) {
      return constant(text, ExplainCommand.MethodName.class);
    }
  }

  static final class ToGroup implements ITypeConverter<EvaluateCommand.Group> {
    @Override
    public EvaluateCommand.Group convert(String text) {
      return constant(text, EvaluateCommand.Group.class);
    }
  }

  static final class ToHospitals implements ITypeConverter<PhantomPlan.Hospitals> {
    @Override
    public PhantomPlan.Hospitals convert(String text) {
      return constant(text, PhantomPlan.Hospitals.class);
    }
  }

  static final class ToResize implements ITypeConverter<MaskFormat.Resize> {
    @Override
    public MaskFormat.Resize convert(String text) {
      return constant(text, MaskFormat.Resize.class);
    }
  }

  private static <E extends Enum<E>> E constant(String text, Class<E> type) {
    List<String> names = new ArrayList<>();
    for (E each : type.getEnumConstants()) {
      String name = each.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (name.equals(text)) {
        return each;
      }
      names.add(name);
    }
    throw new TypeConversionException(
        "found '%s', expected one of %s.".formatted(text, String.join(", ", names)));
  }

  private static <T> T converted(String text, Function<String, T> conversion) {
    try {
      return conversion.apply(text);
    } catch (InputException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}

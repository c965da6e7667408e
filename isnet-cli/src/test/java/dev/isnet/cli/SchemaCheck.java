package dev.isnet.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks what the program writes against the schemas in {@code dev/isnet/cli/schema}. */
public final class SchemaCheck {
  private static final List<String> NAMES =
      List.of("metrics", "model_card", "explain", "comparison", "audit");

  private SchemaCheck() {}

  /**
   * What a text does wrong.
   *
   * @param schema the schema's identifier, as in "urn:isnet:schema:metrics"
   * @param json the text
   * @return one message for each mistake
   */
  public static List<String> mistakes(String schema, String json) throws IOException {
    Map<String, String> schemas = new HashMap<>();
    for (String name : NAMES) {
      try (InputStream in =
          SchemaCheck.class.getResourceAsStream("schema/" + name + ".schema.json")) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        schemas.put(new ObjectMapper().readTree(text).path("$id").asText(), text);
      }
    }
    return JsonSchemaFactory.getInstance(
            VersionFlag.V202012,
            builder -> builder.schemaLoaders(loaders -> loaders.schemas(schemas)))
        .getSchema(SchemaLocation.of(schema))
        .validate(new ObjectMapper().readTree(json))
        .stream()
        .map(ValidationMessage::toString)
        .toList();
  }
}

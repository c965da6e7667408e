package dev.isnet.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;

/**
 * A mask in COCO's run lengths: pixels column by column from the top left, background and
 * foreground in turns. COCO writes them as numbers, or packed into a text: five bits of a number in
 * each character above '0', the lowest first, a sixth bit says that more follow, numbers from the
 * fourth on are differences from the last but one.
 *
 * @param counts how many pixels each run has; together as many as the picture
 * @param height rows
 * @param width columns
 */
record RunLengths(int[] counts, int height, int width) {
  private static final int BITS = 5;
  private static final int LONGEST = 7;

  /**
   * Reads the JSON object with {@code counts} and {@code size}.
   *
   * @param place what error messages start with
   * @throws InputException if it is no complete mask of a possible size
   */
  static RunLengths of(JsonNode node, String place) {
    JsonNode size = node.path("size");
    long height = size.path(0).asLong();
    long width = size.path(1).asLong();
    if (size.size() != 2 || height < 1 || width < 1 || height > Reading.MOST_PIXELS / width) {
      throw new InputException(
          "%s: the run lengths' 'size' is %s, expected the rows and columns of a picture."
              .formatted(place, size.isMissingNode() ? "missing" : size));
    }
    JsonNode counts = node.path("counts");
    int[] runs = counts.isTextual() ? unpacked(counts.textValue(), place) : listed(counts, place);
    long sum = 0;
    for (int run : runs) {
      sum += run;
    }
    if (sum != height * width) {
      throw new InputException(
          "%s: the run lengths have %d pixels together, expected %d x %d."
              .formatted(place, sum, height, width));
    }
    return new RunLengths(runs, (int) height, (int) width);
  }

  private static int[] listed(JsonNode counts, String place) {
    int[] runs = new int[counts.size()];
    for (int i = 0; i < runs.length; i++) {
      runs[i] = checked(counts.get(i).canConvertToInt() ? counts.get(i).intValue() : -1, place);
    }
    return runs;
  }

  private static int[] unpacked(String text, String place) {
    int[] runs = new int[text.length()];
    int count = 0;
    long value = 0;
    int at = 0;
    for (char c : text.toCharArray()) {
      int digit = c - '0';
      if (digit < 0 || digit >= 64 || at >= LONGEST) {
        throw new InputException("%s: the packed run lengths are broken.".formatted(place));
      }
      value |= (long) (digit & 31) << BITS * at++;
      if (digit < 32) {
        boolean negative = (digit & 16) != 0;
        value -= negative ? 1L << BITS * at : 0;
        runs[count] = checked(value + (count > 2 ? runs[count - 2] : 0), place);
        count++;
        value = 0;
        at = 0;
      }
    }
    return Arrays.copyOf(runs, count);
  }

  private static int checked(long run, String place) {
    if (run < 0 || run > Reading.MOST_PIXELS) {
      throw new InputException(
          "%s: the run lengths are broken: one has %d pixels.".formatted(place, run));
    }
    return (int) run;
  }
}

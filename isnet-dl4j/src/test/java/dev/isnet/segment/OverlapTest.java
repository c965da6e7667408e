package dev.isnet.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OverlapTest {
  private static boolean[] mask(String cells) {
    boolean[] mask = new boolean[cells.length()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = cells.charAt(i) == '1';
    }
    return mask;
  }

  @Test
  void diceAndIouCountPixels() {
    assertThat(Overlap.of(mask("110100"), mask("011100"))).isEqualTo(new Overlap(4.0 / 6, 0.5));
    assertThat(Overlap.of(mask("1100"), mask("0011"))).isEqualTo(new Overlap(0, 0));
    assertThat(Overlap.of(mask("0110"), mask("0110"))).isEqualTo(new Overlap(1, 1));
    assertThat(Overlap.of(mask("000"), mask("000"))).isEqualTo(new Overlap(1, 1));
  }

  @Test
  void masksOfDifferentSizesAreRefused() {
    assertThatThrownBy(() -> Overlap.of(new boolean[3], new boolean[4]))
        .hasMessage("masks of 3 and 4 pixels cannot be compared");
  }
}

package dev.isnet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.isnet.data.InputException;
import dev.isnet.tuning.Outcome;
import org.junit.jupiter.api.Test;

class CandidateJvmTest {

  @Test
  void theLastSentenceIsTheReason() {
    assertThat(
            CandidateJvm.failed(
                1, "candidate: epoch 1 of 2\nisnet: The memory is used up; lower the batch.\n"))
        .isEqualTo(new Outcome.Failed("The memory is used up; lower the batch."));
  }

  @Test
  void whatDiesWithoutAWordHasItsSignal() {
    assertThat(CandidateJvm.failed(137, ""))
        .isEqualTo(new Outcome.Failed("The virtual machine was ended by signal 9."));
    assertThat(CandidateJvm.failed(134, "# A fatal error has been detected\n"))
        .isEqualTo(new Outcome.Failed("The virtual machine was ended by signal 6."));
    assertThat(CandidateJvm.failed(3, ""))
        .isEqualTo(new Outcome.Failed("The virtual machine ended with code 3."));
  }

  @Test
  void aFullDiskIsNotTheCandidatesFault() {
    assertThatThrownBy(
            () ->
                CandidateJvm.failed(1, "isnet: The disk is full: x could not be written; free.\n"))
        .isInstanceOf(InputException.class)
        .hasMessage("The disk is full: x could not be written; free.");
  }
}

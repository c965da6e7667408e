package dev.isnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class TrainingPlanTest {

  @Test
  void changesOneThingAtATime() {
    TrainingPlan plan = TrainingPlan.standard(7);
    ISchedule falling = new ExponentialSchedule(ScheduleType.EPOCH, 0.9, 0.5);
    TrainingPlan changed = plan.withUpdater(new Sgd(0.1)).withP(falling).withEpochs(9);
    assertThat(changed.updater()).isEqualTo(new Sgd(0.1));
    assertThat(changed.p()).contains(falling);
    assertThat(changed.epochs()).isEqualTo(9);
    assertThat(changed.clipNorm()).isEqualTo(plan.clipNorm());
    assertThat(changed.seed()).isEqualTo(plan.seed());
    assertThat(plan).isEqualTo(TrainingPlan.standard(7));
  }
}

package dev.isnet.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {

  @Test
  void tensorsThatAreAliveAtOnceNeverOverlap() {
    Random random = new Random(3);
    for (int trial = 0; trial < 50; trial++) {
      MemoryPlan plan = new MemoryPlan();
      int count = 60;
      int[] birth = new int[count];
      int[] death = new int[count];
      long[] length = new long[count];
      for (int i = 0; i < count; i++) {
        birth[i] = random.nextInt(40);
        death[i] = birth[i] + random.nextInt(8);
        length[i] = 1 + random.nextInt(1000);
        plan.use(plan.add(length[i], birth[i]), death[i]);
      }
      plan.place();
      for (int i = 0; i < count; i++) {
        assertThat(plan.offset(i) + length[i]).isLessThanOrEqualTo(plan.total());
        for (int j = 0; j < i; j++) {
          boolean together = birth[i] <= death[j] && birth[j] <= death[i];
          boolean apart =
              plan.offset(i) + length[i] <= plan.offset(j)
                  || plan.offset(j) + length[j] <= plan.offset(i);
          assertThat(!together || apart).as("tensors %d and %d", i, j).isTrue();
        }
      }
      assertThat(plan.total()).isLessThan(2 * plan.floor());
    }
  }

  @Test
  void memoryIsReusedAsSoonAsItsLastReaderHasRun() {
    MemoryPlan plan = new MemoryPlan();
    int first = plan.add(1024, 0);
    plan.use(first, 1);
    int second = plan.add(1024, 1);
    plan.use(second, 2);
    int third = plan.add(1024, 2);
    plan.place();
    assertThat(plan.offset(third)).isEqualTo(plan.offset(first)).isNotEqualTo(plan.offset(second));
    assertThat(plan.total()).isEqualTo(2048);
  }
}

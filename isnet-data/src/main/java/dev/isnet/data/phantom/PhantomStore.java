package dev.isnet.data.phantom;

import dev.isnet.data.ImageSize;
import dev.isnet.data.ImageStore;
import dev.isnet.data.InputException;
import dev.isnet.data.Pixels;
import dev.isnet.data.Seeds;
import dev.isnet.data.Split;
import java.util.List;

/** Phantoms of a split by index, classes taking turns; drawn when they are asked for. */
record PhantomStore(PhantomPlan plan, Split split, int perClass) implements ImageStore {
  PhantomStore {
    if (perClass < 1) {
      throw new InputException(
          "The number of phantoms per class is %d, but must be at least 1.".formatted(perClass));
    }
  }

  @Override
  public List<String> classes() {
    return plan.classes();
  }

  @Override
  public ImageSize imageSize() {
    return plan.size();
  }

  @Override
  public int size() {
    return perClass * classes().size();
  }

  @Override
  public int label(int index) {
    return index % classes().size();
  }

  @Override
  public String name(int index) {
    return "%s-%05d".formatted(classes().get(label(index)), index);
  }

  @Override
  public Pixels load(int index) {
    return radiograph(index).pixels();
  }

  Radiograph radiograph(int index) {
    return ChestPhantom.radiograph(
        plan.size(),
        ChestPhantom.CLASSES.indexOf(classes().get(label(index))),
        plan.signContrast(),
        plan.hospital(split, index),
        Seeds.derive(plan.seed(), index));
  }
}

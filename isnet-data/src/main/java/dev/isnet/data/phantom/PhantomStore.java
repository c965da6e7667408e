package dev.isnet.data.phantom;

import dev.isnet.data.ImageSize;
import dev.isnet.data.ImageStore;
import dev.isnet.data.InputException;
import dev.isnet.data.Pixels;
import dev.isnet.data.Seeds;
import java.util.List;

/** Phantoms by index, classes taking turns; drawn when they are asked for. */
record PhantomStore(ImageSize imageSize, int perClass, double signContrast, long seed)
    implements ImageStore {
  PhantomStore {
    ChestPhantom.requireContrast(signContrast);
    if (perClass < 1) {
      throw new InputException(
          "The number of phantoms per class is %d, but must be at least 1.".formatted(perClass));
    }
  }

  @Override
  public List<String> classes() {
    return ChestPhantom.CLASSES;
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
    return ChestPhantom.draw(imageSize, label(index), signContrast, Seeds.derive(seed, index));
  }
}

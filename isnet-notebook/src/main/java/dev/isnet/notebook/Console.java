package dev.isnet.notebook;

import java.awt.image.BufferedImage;
import java.io.PrintStream;

/** Where no notebook runs: everything in words. */
record Console(PrintStream out) implements Output {

  @Override
  public void picture(BufferedImage picture) {
    out.println("[a picture of " + picture.getWidth() + "×" + picture.getHeight() + " pixels]");
  }

  @Override
  public String html(String html, String plain) {
    out.println(plain);
    return "";
  }

  @Override
  public void update(String id, String html, String plain) {
    out.println(plain);
  }
}

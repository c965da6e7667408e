package dev.isnet.data;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One line of a labels file.
 *
 * @param image the image file, resolved against the data set's folder
 * @param mask the foreground mask's file, resolved likewise; empty for an image that contributes
 *     only to the classification loss
 * @param label the name of the class
 * @param split the part of the data set
 * @param source where the image comes from (a hospital, say), when the file has that column
 * @param line the line of the labels file, counted from 1
 */
public record Sample(
    Path image,
    Optional<Path> mask,
    String label,
    Split split,
    Optional<String> source,
    int line) {}

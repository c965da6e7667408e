package dev.isnet.cli.report;

/**
 * A command, or a file's contents, as it was typed.
 *
 * @param text one or more lines
 */
public record Code(String text) implements Block {}

package dev.isnet.cli.report;

/**
 * A paragraph that explains what stands around it.
 *
 * @param text the paragraph
 */
public record Note(String text) implements Block {}

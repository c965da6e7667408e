package dev.isnet.cli.report;

/**
 * Where numbers come from.
 *
 * @param command the command that makes them again
 * @param configuration the file that holds all settings; the page's last section shows it
 */
public record Source(String command, String configuration) {}

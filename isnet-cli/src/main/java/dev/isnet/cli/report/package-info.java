/**
 * Pages for people, each one HTML file without any other. A {@link dev.isnet.cli.report.Page} has
 * {@link dev.isnet.cli.report.Section}s of {@link dev.isnet.cli.report.Block}s: tables, charts,
 * heatmaps, notes. {@link dev.isnet.cli.report.ReportWriter} makes one of a run's results.
 * Templates are in {@code src/main/jte}; whatever they are given is escaped.
 */
package dev.isnet.cli.report;

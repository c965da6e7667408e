/**
 * The report of a run: one HTML file without any other. {@link dev.isnet.cli.report.ReportWriter}
 * writes a {@link dev.isnet.cli.report.ReportData}; the templates are in {@code src/main/jte}.
 */
package dev.isnet.cli.report;

/**
 * What {@code isnet audit} leaves behind: a page, JSON with a version of its own, and a line of CSV
 * for each image.
 */
package dev.isnet.cli.report.audit;

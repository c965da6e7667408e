/**
 * What a Java notebook shows: pictures, heatmaps, curves, tables, and progress that rewrites itself
 * instead of filling the page. Works in IJava, JJava and the Rapaio kernel, and prints in words
 * everywhere else.
 */
package dev.isnet.notebook;

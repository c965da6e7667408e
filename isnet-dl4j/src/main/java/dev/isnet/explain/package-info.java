/**
 * Heatmaps, one for each class, and how they are drawn: red speaks for the class, blue against it,
 * white says nothing.
 */
package dev.isnet.explain;

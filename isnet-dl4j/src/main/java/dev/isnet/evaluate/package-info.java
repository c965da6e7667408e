/**
 * Measures of a classifier: what follows from its answers, where its heatmaps lie, and whether it
 * decides by the object. Most are plain Java, so that they can be used on the output of any
 * classifier; {@link dev.isnet.evaluate.Evaluation} and {@link
 * dev.isnet.evaluate.ParameterRandomisation} run networks.
 */
package dev.isnet.evaluate;

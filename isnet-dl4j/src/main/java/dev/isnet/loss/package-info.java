/**
 * What is minimised: the classification loss, the heatmap loss and the ISNet loss that weighs them.
 */
package dev.isnet.loss;

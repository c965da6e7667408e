/**
 * Segmenters at work: masks for images that have none, how well they agree with true ones, and
 * pipelines that erase the background in front of a classifier.
 */
package dev.isnet.segment;

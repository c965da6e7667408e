/** Segmenters at work: masks for images that have none, and how well they agree with true ones. */
package dev.isnet.segment;

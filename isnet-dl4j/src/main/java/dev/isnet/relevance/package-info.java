/**
 * Layer-wise relevance propagation: which rule for which layer, and the subgraph that makes the
 * heatmaps.
 */
package dev.isnet.relevance;

/**
 * The SameDiff twin of a ComputationGraph: shares its parameter arrays and runs faster. The only
 * package that knows SameDiff's quirks.
 */
package dev.isnet.graph;

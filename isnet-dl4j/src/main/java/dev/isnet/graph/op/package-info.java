/**
 * The operations of a twin graph. Each knows its output shapes, its kernel (native calls or a loop
 * of ours) and its own backward pass, because many of SameDiff's are slow, wrong or missing.
 */
package dev.isnet.graph.op;

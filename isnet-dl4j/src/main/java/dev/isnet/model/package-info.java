/**
 * What training leaves behind: a plain ComputationGraph and what one must know to use it; and what
 * may become one.
 */
package dev.isnet.model;

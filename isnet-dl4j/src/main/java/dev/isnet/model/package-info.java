/** What training leaves behind: a plain ComputationGraph and what one must know to use it. */
package dev.isnet.model;

/**
 * What this software needs of an ND4J backend, as tests: the native calls and SameDiff operations
 * that are relied on, and the faults for which there are substitutes.
 */
package dev.isnet.backend;

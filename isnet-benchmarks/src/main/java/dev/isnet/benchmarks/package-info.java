/**
 * Whole-step benchmarks: ratios within one run, because absolute times say little on shared
 * machines.
 */
package dev.isnet.benchmarks;

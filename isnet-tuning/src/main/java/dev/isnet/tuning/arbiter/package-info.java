/**
 * What a program with Arbiter's LocalOptimizationRunner needs to tune a training: task creator,
 * data source, score function, result saver and termination conditions. The space is {@link
 * dev.isnet.tuning.ConfigurationSpace}.
 */
package dev.isnet.tuning.arbiter;

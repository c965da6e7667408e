/**
 * Experiments: what {@code experiment.yaml} says, what it means in terms of networks and training
 * plans, and the folder that a run leaves behind.
 */
package dev.isnet.cli.experiment;

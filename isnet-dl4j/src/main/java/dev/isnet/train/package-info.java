/**
 * Training: what is minimised (Objective), how (TrainingPlan), and the loop that survives being
 * killed (Trainer).
 */
package dev.isnet.train;

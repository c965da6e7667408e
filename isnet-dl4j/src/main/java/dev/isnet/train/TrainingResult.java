package dev.isnet.train;

/**
 * How training ended.
 *
 * @param bestEpoch the epoch with the smallest validation loss, counted from 0; the network has its
 *     parameters
 * @param epochs epochs that were run, over all sessions
 */
public record TrainingResult(int bestEpoch, int epochs) {}

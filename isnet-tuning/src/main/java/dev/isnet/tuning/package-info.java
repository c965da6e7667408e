/**
 * Search for the settings of a training: ranges, strategies, successive halving, budgets, and a
 * journal from which a search that was killed goes on. Knows nothing of how a candidate is trained.
 */
package dev.isnet.tuning;

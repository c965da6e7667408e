/**
 * Measures of a classifier: confusion matrices and what follows from them. Plain Java, so that it
 * can be used on the output of any classifier.
 */
package dev.isnet.evaluate;

/**
 * Whether a classifier decides by the object or by its background: any network, whoever trained it,
 * on images with masks. {@link dev.isnet.audit.Audit} does it, {@link dev.isnet.audit.Verdict} says
 * it in words.
 */
package dev.isnet.audit;

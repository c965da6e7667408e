/**
 * Images, foreground masks and labels: reading, checking, batching. The entry points are {@code
 * DatasetManifest} and {@code MaskedImages}.
 */
package dev.isnet.data;

/**
 * Images, foreground masks and labels: reading, checking, batching. The entry points are {@link
 * dev.isnet.data.DatasetManifest} and {@link dev.isnet.data.MaskedImages}.
 */
package dev.isnet.data;

/** Uncompressed grey DICOM images. */
package dev.isnet.data.dicom;

/** Random changes of training images, applied to image and mask alike. */
package dev.isnet.data.augment;

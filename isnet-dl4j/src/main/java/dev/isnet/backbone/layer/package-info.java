/**
 * Layers of transformers that Deeplearning4j lacks. A saved network that has them is loaded with
 * this library on the class path; Deeplearning4j runs and trains it like any other, and a twin
 * knows them.
 */
package dev.isnet.backbone.layer;

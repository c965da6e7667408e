/** Network architectures by name: each yields a ComputationGraphConfiguration. */
package dev.isnet.backbone;

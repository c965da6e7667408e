/** The command line. */
package dev.isnet.cli;

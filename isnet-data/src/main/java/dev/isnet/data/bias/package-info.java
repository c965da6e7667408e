/**
 * Background bias on purpose: shapes whose form follows the class, drawn beside the object, as in
 * the experiments of Bassi, Dertkigil and Cavalli (2024).
 */
package dev.isnet.data.bias;

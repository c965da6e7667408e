/**
 * Generated chest radiographs with exact lung masks: data for demonstrations and tests that needs
 * no download and no permission.
 */
package dev.isnet.data.phantom;

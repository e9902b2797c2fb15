/**
 * Runs the stress tests.
 */
@NullMarked
package dev.dbpool.stress;

import org.jspecify.annotations.NullMarked;

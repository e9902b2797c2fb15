/**
 * Test slices of libraries.
 */
@NullMarked
package dev.dbpool.neighbours.slices;

import org.jspecify.annotations.NullMarked;

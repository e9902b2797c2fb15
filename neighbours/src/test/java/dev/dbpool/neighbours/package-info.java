/**
 * Applications with libraries that share their data source.
 */
@NullMarked
package dev.dbpool.neighbours;

import org.jspecify.annotations.NullMarked;

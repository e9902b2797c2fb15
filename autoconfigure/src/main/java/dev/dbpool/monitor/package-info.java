/**
 * How is the pool doing?
 */
@NullMarked
package dev.dbpool.monitor;

import org.jspecify.annotations.NullMarked;

/**
 * What must not happen, and was it seen? Stands between the application and the pool.
 */
@NullMarked
package dev.dbpool.guard;

import org.jspecify.annotations.NullMarked;

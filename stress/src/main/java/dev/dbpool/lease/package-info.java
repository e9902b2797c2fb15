/**
 * The races of the lease.
 */
@NullMarked
package dev.dbpool.lease;

import org.jspecify.annotations.NullMarked;

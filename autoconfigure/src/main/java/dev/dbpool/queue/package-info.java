/**
 * Who gets the next connection? The turnstile in front of the pool, its places, and what
 * Hikari's metrics are told about the wait.
 */
@NullMarked
package dev.dbpool.queue;

import org.jspecify.annotations.NullMarked;

/**
 * The races of the turnstile.
 */
@NullMarked
package dev.dbpool.queue;

import org.jspecify.annotations.NullMarked;

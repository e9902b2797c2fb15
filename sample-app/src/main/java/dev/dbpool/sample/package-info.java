/**
 * A chat service that needs what the starter does: it queries, talks to a slow model, and
 * queries again, all in one request.
 */
@NullMarked
package dev.dbpool.sample;

import org.jspecify.annotations.NullMarked;

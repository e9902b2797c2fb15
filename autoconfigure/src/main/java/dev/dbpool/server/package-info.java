/**
 * What does a server say about itself? Limits, clients and defaults, read in short
 * connections.
 */
@NullMarked
package dev.dbpool.server;

import org.jspecify.annotations.NullMarked;

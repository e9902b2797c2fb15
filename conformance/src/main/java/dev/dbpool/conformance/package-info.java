/**
 * Runs the tests of the PostgreSQL driver over pooled connections, and compares.
 */
@NullMarked
package dev.dbpool.conformance;

import org.jspecify.annotations.NullMarked;

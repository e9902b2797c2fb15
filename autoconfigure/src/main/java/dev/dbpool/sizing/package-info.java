/**
 * How many connections, and why? Values and pure functions that import only the JDK.
 */
@NullMarked
package dev.dbpool.sizing;

import org.jspecify.annotations.NullMarked;

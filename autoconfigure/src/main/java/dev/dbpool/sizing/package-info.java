/**
 * How many connections, and why? Values and pure functions that see nothing but the JDK.
 */
@NullMarked
package dev.dbpool.sizing;

import org.jspecify.annotations.NullMarked;

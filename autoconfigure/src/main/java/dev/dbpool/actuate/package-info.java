/**
 * What do operators see? Reads only, and never borrows a connection.
 */
@NullMarked
package dev.dbpool.actuate;

import org.jspecify.annotations.NullMarked;

/**
 * Who holds a connection, since when, and doing what? Stands between Spring and Hikari,
 * and between Hikari and the driver.
 */
@NullMarked
package dev.dbpool.lease;

import org.jspecify.annotations.NullMarked;

/**
 * A real PostgreSQL with real PgBouncers in front of it, as local processes or as
 * containers.
 */
@NullMarked
package dev.dbpool.test;

import org.jspecify.annotations.NullMarked;

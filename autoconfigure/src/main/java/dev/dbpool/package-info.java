/**
 * What all parts of db-pool share: a refused setting and where a decision came from.
 */
@NullMarked
package dev.dbpool;

import org.jspecify.annotations.NullMarked;

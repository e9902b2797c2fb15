/**
 * What is this SQL, and how may it be shown?
 */
@NullMarked
package dev.dbpool.sql;

import org.jspecify.annotations.NullMarked;

/**
 * What does a delegate look like? Interfaces that pass every call on, and nothing else.
 */
@NullMarked
package dev.dbpool.jdbc;

import org.jspecify.annotations.NullMarked;

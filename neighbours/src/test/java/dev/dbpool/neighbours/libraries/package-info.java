/**
 * Well-known libraries, each in the same scenario on plain Spring Boot and behind a
 * transaction pooler.
 */
@NullMarked
package dev.dbpool.neighbours.libraries;

import org.jspecify.annotations.NullMarked;

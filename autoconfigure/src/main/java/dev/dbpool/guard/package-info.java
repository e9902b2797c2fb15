/**
 * What must not happen, and was it seen?
 */
@NullMarked
package dev.dbpool.guard;

import org.jspecify.annotations.NullMarked;

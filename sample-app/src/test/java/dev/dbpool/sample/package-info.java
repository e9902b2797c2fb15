/**
 * The sample application, started as its users start it.
 */
@NullMarked
package dev.dbpool.sample;

import org.jspecify.annotations.NullMarked;

/**
 * Which URL for whom, with which driver properties? Values and pure functions that see
 * nothing but the JDK.
 */
@NullMarked
package dev.dbpool.plan;

import org.jspecify.annotations.NullMarked;

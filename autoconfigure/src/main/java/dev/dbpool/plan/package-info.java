/**
 * Which URL for whom, with which driver properties? Values and pure functions that import
 * only the JDK and {@code sql}.
 */
@NullMarked
package dev.dbpool.plan;

import org.jspecify.annotations.NullMarked;

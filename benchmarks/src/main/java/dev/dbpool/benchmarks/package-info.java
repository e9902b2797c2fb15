/**
 * Measures what a lease costs, always beside a control in the same run.
 */
@NullMarked
package dev.dbpool.benchmarks;

import org.jspecify.annotations.NullMarked;

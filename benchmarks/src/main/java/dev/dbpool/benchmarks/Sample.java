package dev.dbpool.benchmarks;

/**
 * One variant in one round.
 *
 * @param nanos of an operation
 * @param bytes that it allocates; 0 where that is not measured
 */
record Sample(double nanos, double bytes) {

}

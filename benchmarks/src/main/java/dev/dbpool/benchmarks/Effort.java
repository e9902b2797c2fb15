package dev.dbpool.benchmarks;

/**
 * How long a run takes.
 *
 * @param rounds how often each variant is measured, each time in a JVM of its own
 * @param warmUpSeconds before each measurement
 * @param measuredSeconds of each measurement
 * @param loadWarmUpSeconds before each load
 * @param loadSeconds of each load
 */
record Effort(int rounds, int warmUpSeconds, int measuredSeconds, int loadWarmUpSeconds, int loadSeconds) {

	static final Effort SHORT = new Effort(3, 2, 2, 4, 8);

	static final Effort FULL = new Effort(5, 4, 4, 10, 20);

}

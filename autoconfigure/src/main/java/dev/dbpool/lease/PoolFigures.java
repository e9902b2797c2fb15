package dev.dbpool.lease;

/**
 * What a pool says about itself. The counts are read one after the other, so they may
 * contradict each other.
 *
 * @param started whether it has connected yet
 * @param closed whether it was closed
 * @param size connections that are kept ready, at most the maximum
 * @param maximum how many connections it may have
 * @param total how many it has
 * @param active how many of them are borrowed
 * @param idle how many of them are not
 * @param waiting how many threads wait for one, in front of the pool or in it
 */
public record PoolFigures(boolean started, boolean closed, int size, int maximum, int total, int active, int idle,
		int waiting) {
}

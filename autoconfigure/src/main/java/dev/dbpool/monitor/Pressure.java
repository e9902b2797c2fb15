package dev.dbpool.monitor;

import java.util.concurrent.TimeUnit;

/**
 * Tells lasting pressure from a moment's. Thread-safe; time is passed in.
 */
final class Pressure {

	private static final long LASTING = TimeUnit.SECONDS.toNanos(1);

	// Mutable state

	private boolean high;

	private long since;

	/**
	 * Takes one sample.
	 * @param maximum how many connections the pool has at the most
	 * @param checkedOut how many are borrowed
	 * @param waiting how many borrowers wait
	 * @param now the time of a monotonic clock, in nanoseconds
	 * @return whether every sample of the last second or longer was high
	 */
	synchronized boolean observe(int maximum, int checkedOut, int waiting, long now) {
		boolean high = waiting > 0 || checkedOut * 10L >= maximum * 9L;
		if (high && !this.high) {
			this.since = now;
		}
		this.high = high;
		return high && now - this.since >= LASTING;
	}

}

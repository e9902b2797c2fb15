package dev.dbpool.monitor;

/**
 * A pool at one moment.
 *
 * @param state how it is doing
 * @param size idle connections that are kept ready
 * @param maximum how many connections it has at the most
 * @param total how many it has
 * @param checkedOut how many of them are borrowed
 * @param waiting borrowers that wait for one
 * @param invalid connections discarded as broken since the start
 * @param timeouts borrowers that gave up since the start
 * @param poolerQueued notices of the pooler, since the start, that a client waits for a
 * server connection
 */
public record PoolSnapshot(PoolState state, int size, int maximum, int total, int checkedOut, int waiting, long invalid,
		long timeouts, long poolerQueued) {

	/**
	 * Returns how far the pool may grow beyond its size.
	 * @return 0 or more
	 */
	public int maxOverflow() {
		return this.maximum - this.size;
	}

	/**
	 * Returns how many connections are not borrowed.
	 * @return 0 or more
	 */
	public int checkedIn() {
		return this.total - this.checkedOut;
	}

	/**
	 * Returns how far the pool has grown beyond its size.
	 * @return 0 or more
	 */
	public int overflow() {
		return Math.max(0, this.total - this.size);
	}

}

package dev.dbpool.queue;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * Room for one lease. There are as many places as the pool may have connections: a
 * borrower that has a place finds a connection, and all places together show all leases.
 * Thread-safe.
 */
public final class Place extends AtomicReference<@Nullable Object> {

	private static final long serialVersionUID = 1;

	/**
	 * Stands for a lease that is about to begin.
	 */
	private static final Object RESERVED = new Object();

	// Padded: what lies beside them in memory is written by other threads.

	private static final int LEASES = 8;

	private static final int BUSY_NANOS = 9;

	private static final int STATEMENTS = 10;

	private static final int PADDED = 24;

	/**
	 * What all leases of this place add up to. Written by one thread at a time, the one
	 * that gives the place up, so that threads do not contend for a counter.
	 */
	private final transient AtomicLongArray totals = new AtomicLongArray(PADDED);

	boolean reserve() {
		return getPlain() == null && compareAndSet(null, RESERVED);
	}

	/**
	 * Shows the lease that has begun here, until the place is left.
	 * @param lease the lease
	 */
	public void begin(Object lease) {
		setRelease(lease);
	}

	/**
	 * Adds to the totals a lease that has ended. Called by the thread that leaves the
	 * place afterwards.
	 * @param busyNanos how long it was busy, in nanoseconds
	 * @param statements how many statements were executed in it
	 */
	public void add(long busyNanos, long statements) {
		add(LEASES, 1);
		add(BUSY_NANOS, busyNanos);
		add(STATEMENTS, statements);
	}

	private void add(int index, long amount) {
		this.totals.setOpaque(index, this.totals.getPlain(index) + amount);
	}

	void free() {
		set(null);
	}

	/**
	 * Returns the lease that has begun here.
	 * @return {@code null} if there is none
	 */
	public @Nullable Object lease() {
		Object occupant = get();
		return (occupant != RESERVED) ? occupant : null;
	}

	/**
	 * Returns what the leases that have ended here add up to.
	 * @return the totals since the start
	 */
	public LeaseTotals totals() {
		return new LeaseTotals(this.totals.getOpaque(LEASES), this.totals.getOpaque(BUSY_NANOS),
				this.totals.getOpaque(STATEMENTS));
	}

}

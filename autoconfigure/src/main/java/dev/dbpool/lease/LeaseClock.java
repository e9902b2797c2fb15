package dev.dbpool.lease;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * For how long a lease has lasted, and for how long of that something ran in it. Time is
 * passed in: what {@link System#nanoTime()} says. One thread at a time begins and ends
 * what runs; any thread may read.
 */
abstract class LeaseClock {

	private static final AtomicLongFieldUpdater<LeaseClock> BUSY = AtomicLongFieldUpdater.newUpdater(LeaseClock.class,
			"busy");

	private static final AtomicLongFieldUpdater<LeaseClock> START = AtomicLongFieldUpdater.newUpdater(LeaseClock.class,
			"start");

	/**
	 * When it began; 0 until that is asked for. That is at the first statement, which
	 * follows at once, or else when the watcher asks.
	 */
	private volatile long start;

	/**
	 * For how long something has run, in nanoseconds. While something runs: the bitwise
	 * complement of when it would have begun if it had run without a break, counted from
	 * the start. So one read is always consistent.
	 */
	private volatile long busy;

	/**
	 * Time counts as busy from here on. Has no effect while it does already.
	 */
	final void busy(long now) {
		long busy = this.busy;
		if (busy >= 0) {
			BUSY.lazySet(this, ~(heldNanos(now) - busy));
		}
	}

	/**
	 * Time counts as idle from here on. Has no effect while it does already.
	 */
	final void idle(long now) {
		long busy = this.busy;
		if (busy < 0) {
			BUSY.lazySet(this, heldNanos(now) - ~busy);
		}
	}

	/**
	 * Returns the age; never negative.
	 */
	final long heldNanos(long now) {
		long start = this.start;
		if (start == 0) {
			// If watcher and owner are here at the same time, their times are the same.
			START.lazySet(this, now);
			return 0;
		}
		return Math.max(0, now - start);
	}

	/**
	 * Returns how much of an age was busy.
	 * @param heldNanos the age, as {@link #heldNanos(long)} told it
	 */
	final long busyNanos(long heldNanos) {
		long busy = this.busy;
		return Math.min((busy >= 0) ? busy : heldNanos - ~busy, heldNanos);
	}

	/**
	 * Returns the busy time when nothing runs any more.
	 */
	final long totalBusyNanos() {
		return Math.max(0, this.busy);
	}

	/**
	 * Whether it has lasted, or was idle, for at least that long.
	 */
	final boolean isOverdue(long now, long nanos, long idleNanos) {
		long held = heldNanos(now);
		return held >= nanos || held - busyNanos(held) >= idleNanos;
	}

}

package dev.dbpool.lease;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

import dev.dbpool.sql.SqlShape;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of a {@link Lease}: who has it, since when, and what it is used for.
 * Part of the same object, because one is made for each lease. Written by whoever uses
 * the lease, which changes the lease's state afterwards; read by any thread.
 */
abstract class LeaseRecord {

	/** How much of an SQL text is shown. */
	private static final int SHOWN = 200;

	private static final AtomicLongFieldUpdater<LeaseRecord> BUSY = AtomicLongFieldUpdater.newUpdater(LeaseRecord.class,
			"busy");

	private static final AtomicLongFieldUpdater<LeaseRecord> START = AtomicLongFieldUpdater
		.newUpdater(LeaseRecord.class, "start");

	private final Thread owner = Thread.currentThread();

	private final @Nullable Throwable acquired;

	/**
	 * When it began, by {@link System#nanoTime()}; 0 until somebody needs to know. That
	 * is the first statement, which follows at once, or else the watcher.
	 */
	private volatile long start;

	/**
	 * For how long something has run on the connection, in nanoseconds. While something
	 * runs: the bitwise complement of when it would have begun if it had run without a
	 * break, counted from the start. So one read is always consistent.
	 */
	private volatile long busy;

	private int statements;

	private @Nullable String lastSql;

	private @Nullable String transaction;

	private @Nullable String pin;

	private volatile StackTraceElement @Nullable [] sample;

	LeaseRecord(boolean recordsStack) {
		this.acquired = recordsStack ? new Throwable() : null;
	}

	final void executes(String sql) {
		this.lastSql = sql;
		this.statements++;
		busy();
	}

	/**
	 * Time is taken as busy from here on.
	 */
	final void busy() {
		long busy = this.busy;
		if (busy >= 0) {
			BUSY.lazySet(this, ~(heldNanos() - busy));
		}
	}

	final void idle() {
		long busy = this.busy;
		if (busy < 0) {
			BUSY.lazySet(this, heldNanos() - ~busy);
		}
	}

	final void inTransaction(@Nullable String name) {
		this.transaction = name;
	}

	final void pinnedBy(String reason) {
		this.pin = reason;
	}

	private long heldNanos() {
		long now = System.nanoTime();
		long start = this.start;
		if (start == 0) {
			// If watcher and owner are here at the same time, their times are the same.
			START.lazySet(this, now);
			return 0;
		}
		return Math.max(0, now - start);
	}

	private long busyNanos(long heldNanos) {
		long busy = this.busy;
		return Math.min((busy >= 0) ? busy : heldNanos - ~busy, heldNanos);
	}

	/**
	 * Called when nothing runs any more.
	 */
	final void addTo(Place place) {
		place.add(Math.max(0, this.busy), this.statements);
	}

	final boolean isOwnedBy(Thread thread) {
		return this.owner == thread;
	}

	final boolean isOverdue(long nanos, long idleNanos) {
		long held = heldNanos();
		return held >= nanos || held - busyNanos(held) >= idleNanos;
	}

	/**
	 * Makes it a suspect.
	 * @param sample whether to keep what its owner is doing now
	 * @return {@code false} if it was one already
	 */
	final boolean suspect(boolean sample) {
		if (this.sample != null) {
			return false;
		}
		this.sample = sample ? this.owner.getStackTrace() : new StackTraceElement[0];
		return true;
	}

	/**
	 * Returns the record as it is now.
	 * @param state why the lease lasts, if it is not pinned
	 * @param likelyPin what it is pinned by if nothing else is known
	 */
	final LeaseSnapshot snapshot(LeaseState state, @Nullable String likelyPin) {
		long held = heldNanos();
		String sql = this.lastSql;
		String pin = (this.pin != null) ? this.pin : likelyPin;
		StackTraceElement[] sample = this.sample;
		return new LeaseSnapshot(this.owner.getName(), this.transaction, Duration.ofNanos(held),
				Duration.ofNanos(busyNanos(held)), this.statements, (sql != null) ? SqlShape.of(sql, SHOWN) : null,
				(pin != null && state == LeaseState.LEASED) ? LeaseState.PINNED : state, pin, sample != null,
				(sample != null) ? List.of(sample) : List.of(),
				(this.acquired != null) ? List.of(this.acquired.getStackTrace()) : List.of());
	}

}

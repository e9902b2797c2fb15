package dev.dbpool.lease;

import java.time.Duration;
import java.util.List;

import dev.dbpool.queue.Place;
import dev.dbpool.sql.SqlShape;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of a {@link Lease}: who has it, since when, and what it is used for.
 * Part of the same object, because there is one for each lease. Written by the thread
 * that uses the lease, which changes the lease's state afterwards; read by any thread.
 */
abstract class LeaseRecord extends LeaseClock {

	/** How much of an SQL text is shown. */
	private static final int SHOWN = 200;

	private final Thread owner = Thread.currentThread();

	private final @Nullable Throwable acquired;

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

	final void busy() {
		busy(System.nanoTime());
	}

	final void idle() {
		idle(System.nanoTime());
	}

	final void inTransaction(@Nullable String name) {
		this.transaction = name;
	}

	final void pinnedBy(String reason) {
		this.pin = reason;
	}

	/**
	 * Called when nothing runs any more.
	 */
	final void addTo(Place place) {
		place.add(totalBusyNanos(), this.statements);
	}

	final boolean isOwnedBy(Thread thread) {
		return this.owner == thread;
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
		long held = heldNanos(System.nanoTime());
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

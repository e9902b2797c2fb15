package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.TimeoutException;

import dev.dbpool.CaptureStacks;
import dev.dbpool.Work;
import dev.dbpool.queue.Place;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

/**
 * Gives out the leases of one pool. Thread-safe.
 */
final class Leases {

	private final PhysicalPool pool;

	private final ConnectionRules rules;

	private final LeaseLedger ledger;

	private final boolean recordsStacks;

	/**
	 * Creates it.
	 * @param logs whether it warns of suspects
	 */
	Leases(PhysicalPool pool, ConnectionRules rules, LeaseSettings settings, boolean logs) {
		this.pool = pool;
		this.rules = rules;
		this.ledger = new LeaseLedger(pool.turnstile(), settings, rules.throughTransactionPooler(), pool::places, logs);
		this.recordsStacks = settings.captureStacks() == CaptureStacks.ALWAYS;
	}

	/**
	 * Begins a lease.
	 * @param holder the logical connection
	 * @param what what is counted in it first
	 * @param continues whether the holder has had a lease before
	 */
	Lease acquire(Object holder, long what, boolean continues) throws SQLException {
		long start = 0;
		Place place = this.pool.tryEnter();
		if (place == null) {
			start = System.nanoTime();
			place = enter(continues, start);
		}
		Connection physical = null;
		boolean begun = false;
		try {
			physical = borrow(start);
			Lease lease = new Lease(this.pool, place, holder, physical, driver(physical),
					this.rules.afterTransaction() ? what : what | LeaseUses.PINNED, this.recordsStacks);
			place.begin(lease);
			Work.leased();
			begun = true;
			return lease;
		}
		finally {
			if (!begun) {
				try {
					if (physical != null) {
						this.pool.giveBack(physical, null);
					}
				}
				finally {
					this.pool.leave(place);
				}
			}
		}
	}

	private Place enter(boolean continues, long start) throws SQLException {
		try {
			Place place = this.pool
				.enter(continues || Work.isCurrentContinuing() || this.ledger.holdsLease(Thread.currentThread()));
			if (place != null) {
				return place;
			}
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
		throw timedOut(start);
	}

	/**
	 * Borrows from the pool.
	 * @param start when the wait began; 0 if there was none
	 */
	private Connection borrow(long start) throws SQLException {
		boolean starts = this.pool.isStarting();
		long began = (starts && start == 0) ? System.nanoTime() : start;
		Connection first = starts ? start(began) : null;
		if (first != null) {
			return first;
		}
		try {
			return this.pool.borrow((began != 0) ? System.nanoTime() - began : 0);
		}
		catch (SQLTransientConnectionException ex) {
			this.ledger.timedOut();
			// Hikari tells its own part of the wait only.
			throw (began != 0) ? AcquisitionTimeout.of(this.pool, this.ledger, System.nanoTime() - began)
					: AcquisitionTimeout.of(this.pool, this.ledger, ex);
		}
	}

	private @Nullable Connection start(long began) throws SQLException {
		try {
			return this.pool.start(began);
		}
		catch (TimeoutException ex) {
			throw timedOut(began);
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	private SQLException timedOut(long start) {
		long waited = System.nanoTime() - start;
		this.ledger.timedOut();
		this.pool.timedOut(waited);
		return AcquisitionTimeout.of(this.pool, this.ledger, waited);
	}

	private SQLException interrupted(InterruptedException ex) {
		Thread.currentThread().interrupt();
		return new SQLException(this.pool.name() + " - Interrupted during connection acquisition", ex);
	}

	private @Nullable BaseConnection driver(Connection physical) throws SQLException {
		BaseConnection driver = this.pool.driver(physical);
		if (driver == null && this.rules.afterTransaction()) {
			throw new SQLException(
					"db-pool.lease.release=after-transaction needs the PostgreSQL driver, which tells whether a transaction is open; this is "
							+ physical.getMetaData().getDriverName() + ". Set db-pool.lease.release=on-close");
		}
		return driver;
	}

	PhysicalPool pool() {
		return this.pool;
	}

	ConnectionRules rules() {
		return this.rules;
	}

	LeaseLedger ledger() {
		return this.ledger;
	}

	boolean recordsStacks() {
		return this.recordsStacks;
	}

}

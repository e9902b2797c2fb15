package dev.dbpool.lease;

import java.lang.ref.Reference;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;

import dev.dbpool.driver.Disconnects;
import org.jspecify.annotations.Nullable;

/**
 * Which lease has this connection? Acquires a {@link Lease} of a physical connection when
 * something needs one, and lets go of it when it is closed. What becomes of its
 * transaction is for {@link TransactionHolder} to know.
 */
abstract class LeaseHolder {

	private static final AtomicIntegerFieldUpdater<LeaseHolder> BEGINNING = AtomicIntegerFieldUpdater
		.newUpdater(LeaseHolder.class, "beginning");

	private static final long PAUSE_NANOS = 100_000;

	private final Leases leases;

	private final ConnectionRules rules;

	private final RequestedState requested;

	// Mutable state

	/**
	 * 1 while a physical connection is acquired, and while what a transaction begins with
	 * is sent; never while a statement of the application runs.
	 */
	private volatile int beginning;

	private volatile @Nullable Lease lease;

	private volatile boolean closed;

	private boolean hadLease;

	LeaseHolder(Leases leases) {
		this.leases = leases;
		this.rules = leases.rules();
		this.requested = leases.pool().defaults(this.rules);
	}

	/**
	 * Refuses if the transaction cannot go on.
	 */
	abstract void checkNotLost() throws SQLException;

	/**
	 * Called when no physical connection could be acquired: as after any failure within a
	 * transaction, nothing that follows may take effect without what failed.
	 * @return the failure
	 */
	abstract SQLException lost(SQLException failure);

	/**
	 * Adds to a failure what it means, and remembers it if the transaction is lost by it.
	 */
	abstract SQLException failed(Lease lease, SQLException thrown);

	/**
	 * Returns the lease, with one more of something counted in it. Acquires a physical
	 * connection if there is none.
	 * @param what {@link Lease#STATEMENT} or {@link Lease#CALL}
	 */
	final Lease lease(long what) throws SQLException {
		Lease lease = this.lease;
		if (lease != null && !lease.isBroken() && lease.add(what)) {
			return lease;
		}
		lock();
		try {
			checkUsable();
			lease = this.lease;
			if (lease != null) {
				if (lease.isBroken()) {
					lease.close();
				}
				else if (lease.add(what)) {
					return lease;
				}
			}
			return acquire(what);
		}
		finally {
			unlock();
		}
	}

	/**
	 * Two threads that begin on one connection at the same time are rare, and a lock
	 * object for each connection would cost more than all the rest: the second thread
	 * parks and tries again.
	 */
	final void lock() {
		boolean interrupted = false;
		while (!BEGINNING.compareAndSet(this, 0, 1)) {
			LockSupport.parkNanos(this, PAUSE_NANOS);
			// With the flag set it would not pause.
			interrupted |= Thread.interrupted();
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	final void unlock() {
		BEGINNING.lazySet(this, 0);
	}

	private Lease acquire(long what) throws SQLException {
		Lease lease = null;
		boolean ready = false;
		try {
			lease = this.leases.acquire(this, what, this.hadLease);
			this.requested.applyTo(lease.physical(), this.rules);
			ready = true;
		}
		catch (SQLException ex) {
			throw rules().explain().apply(lost(Disconnects.withoutStream(ex)));
		}
		catch (RuntimeException | Error ex) {
			lost(new SQLException("No physical connection could be acquired: " + ex.getClass().getName(), "08006"));
			throw ex;
		}
		finally {
			if (!ready && lease != null) {
				abandon(lease, what);
			}
		}
		this.hadLease = true;
		// Not before the physical connection is as it should be: another thread may use
		// it from here on.
		this.lease = lease;
		if (this.closed) {
			// It was closed meanwhile, by a thread that may not have seen the lease.
			abandon(lease, what);
			throw closedException();
		}
		return lease;
	}

	private static void abandon(Lease lease, long what) {
		lease.close();
		lease.remove(what);
	}

	final void checkUsable() throws SQLException {
		checkOpen();
		checkNotLost();
	}

	final void checkOpen() throws SQLException {
		if (this.closed) {
			throw closedException();
		}
	}

	static SQLException closedException() {
		return new SQLException("This connection has been closed", "08003");
	}

	/**
	 * Does something on the physical connection if there is one; otherwise it is done
	 * when there is.
	 */
	final void withLease(Action action) throws SQLException {
		Lease lease = this.lease;
		if (lease == null || lease.isBroken() || !lease.add(Lease.CALL)) {
			return;
		}
		try {
			action.on(lease.physical());
		}
		catch (SQLException ex) {
			throw failed(lease, ex);
		}
		finally {
			lease.remove(Lease.CALL);
		}
	}

	/**
	 * Uses a physical connection for one call.
	 */
	final <T> T use(Use<T> use) throws SQLException {
		Lease lease = lease(Lease.CALL);
		lease.busy();
		try {
			return use.of(lease.physical());
		}
		catch (SQLException ex) {
			throw failed(lease, ex);
		}
		finally {
			lease.executed();
			Reference.reachabilityFence(this);
		}
	}

	/**
	 * As {@link #use(Use)}, for a call that returns nothing.
	 */
	final void perform(Action action) throws SQLException {
		use((connection) -> {
			action.on(connection);
			return this;
		});
	}

	final void pin(String reason) {
		Lease lease = this.lease;
		if (lease != null) {
			lease.pin(reason);
		}
	}

	/**
	 * Called where a driver object is handed out, which may be used after this one has
	 * become unreachable.
	 */
	final void escape(String reason) {
		Lease lease = this.lease;
		if (lease != null) {
			lease.escape(reason);
		}
	}

	final <S, T> T statement(Use<S> use, Wrapper<S, T> wrapper) throws SQLException {
		Lease lease = lease(Lease.STATEMENT);
		boolean open = false;
		try {
			T statement = wrapper.wrap(lease, use.of(lease.physical()));
			open = true;
			return statement;
		}
		catch (SQLException ex) {
			throw failed(lease, ex);
		}
		finally {
			if (!open) {
				lease.remove(Lease.STATEMENT);
			}
		}
	}

	/**
	 * Breaks the physical connection off, if there is one, whatever runs on it.
	 * @param executor does it
	 */
	final void breakOff(Executor executor) {
		Lease lease = this.lease;
		boolean open = !this.closed;
		this.closed = true;
		if (open && lease != null) {
			// Given back afterwards: no other borrower may get it alive.
			boolean accepted = false;
			try {
				executor.execute(lease::abort);
				accepted = true;
			}
			finally {
				if (!accepted) {
					lease.close();
				}
			}
		}
	}

	/**
	 * Ends the lease, as soon as nothing runs in it. Never waits for that.
	 */
	final void letGo() {
		this.closed = true;
		Lease lease = this.lease;
		if (lease != null) {
			lease.close();
		}
	}

	final boolean hasClosed() {
		return this.closed;
	}

	/**
	 * Whether the server is in a transaction of this connection, as far as the driver
	 * knows; then what it says of itself is exact.
	 */
	final boolean isInServerTransaction() {
		Lease lease = this.lease;
		return lease != null && !lease.isBroken() && lease.isInServerTransaction();
	}

	/**
	 * Whether this has a session for itself, whose settings SQL may have changed.
	 */
	final boolean hasSession() {
		Lease lease = this.lease;
		return lease != null && !lease.isBroken() && lease.isActive() && lease.isPinned();
	}

	/**
	 * Returns the lease of the moment, which may have ended; {@code null} if there was
	 * none yet.
	 */
	final @Nullable Lease currentLease() {
		return this.lease;
	}

	final RequestedState requested() {
		return this.requested;
	}

	final Leases leases() {
		return this.leases;
	}

	final ConnectionRules rules() {
		return this.rules;
	}

	/**
	 * Returns the physical connection; {@code null} if there is none.
	 */
	final @Nullable Connection physical() {
		Lease lease = this.lease;
		return (lease != null && lease.isActive()) ? lease.physical() : null;
	}

	/**
	 * Something that is done on a physical connection.
	 */
	@FunctionalInterface
	interface Action {

		void on(Connection connection) throws SQLException;

	}

	/**
	 * Something that is got from a physical connection.
	 *
	 * @param <T> what it is
	 */
	@FunctionalInterface
	interface Use<T> {

		T of(Connection connection) throws SQLException;

	}

	/**
	 * Makes of what the driver returns what the application gets.
	 *
	 * @param <S> what the driver returns
	 * @param <T> what the application gets
	 */
	@FunctionalInterface
	interface Wrapper<S, T> {

		T wrap(Lease lease, S wrapped) throws SQLException;

	}

}

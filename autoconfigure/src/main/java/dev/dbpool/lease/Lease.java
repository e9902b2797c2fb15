package dev.dbpool.lease;

import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;

import dev.dbpool.queue.Place;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * One stretch in which a logical connection owns a physical one. It lasts as long as
 * something needs it, see {@link LeaseUses}: therefore closing never waits for a
 * statement, and no connection that is in use is given to another borrower.
 * <p>
 * Thread-safe. What the ledger shows of it is its {@link LeaseRecord}.
 */
final class Lease extends LeaseUses {

	private static final Log logger = LogFactory.getLog(Lease.class);

	private final PhysicalPool pool;

	private final Place place;

	private final Connection physical;

	private final @Nullable BaseConnection driver;

	/**
	 * The logical connection, weakly as soon as the watcher has seen this lease once:
	 * most leases end sooner, and never need the reference object.
	 */
	private volatile Object holder;

	private boolean escaped;

	// Mutable state of the watcher

	private boolean unreachable;

	/**
	 * Begins.
	 * @param holder the logical connection
	 * @param first what needs the connection from the beginning
	 * @param recordsStack whether to record where it was acquired
	 */
	Lease(PhysicalPool pool, Place place, Object holder, Connection physical, @Nullable BaseConnection driver,
			long first, boolean recordsStack) {
		super(first, recordsStack);
		this.pool = pool;
		this.place = place;
		this.holder = holder;
		this.physical = physical;
		this.driver = driver;
	}

	Connection physical() {
		return this.physical;
	}

	/**
	 * Begins to execute a statement; {@link #executed()} ends it.
	 * @return {@code false} if the lease has ended, or is about to
	 */
	boolean execute(String sql) {
		executes(sql);
		return add(CALL);
	}

	void executed() {
		idle();
		remove(CALL);
	}

	void beginTransaction(@Nullable String name) {
		inTransaction(name);
		update(0, TRANSACTION);
	}

	/**
	 * Keeps the lease until the logical connection is closed.
	 */
	void pin(String reason) {
		pinnedBy(reason);
		update(0, PINNED);
	}

	/**
	 * As {@link #pin(String)}, for a driver object that the application keeps using after
	 * our own objects have become unreachable: the watcher never reclaims such a lease.
	 */
	void escape(String reason) {
		this.escaped = true;
		pin(reason);
	}

	/**
	 * Whether the connection is dead, as far as the pool or the driver knows. The pool
	 * does not look at what {@code commit()} throws.
	 */
	boolean isDead() throws SQLException {
		return (this.physical.isClosed() || (this.driver != null && this.driver.isClosed())) && isActive();
	}

	/**
	 * Remembers that the connection is broken, which ends the lease as soon as nothing
	 * runs.
	 */
	void breakDown() {
		update(0, BROKEN);
	}

	/**
	 * Whether the transaction has begun at the server, where the driver tells, else
	 * whether it was asked for.
	 */
	boolean hasBegun() {
		return (this.driver != null) ? isInServerTransaction() : isInTransaction();
	}

	/**
	 * Ends the lease as soon as nothing runs.
	 */
	void close() {
		if (isActive()) {
			update(0, CLOSED);
		}
	}

	/**
	 * As {@link #close()}, without waiting for what that says to the server: a rollback
	 * into a connection that a firewall has dropped takes its time.
	 */
	void reclaim() {
		if (!isActive() || !change(0, CLOSED)) {
			return;
		}
		boolean started = false;
		try {
			Thread thread = new Thread(this::end, "db-pool-reclaim");
			thread.setDaemon(true);
			thread.start();
			started = true;
		}
		finally {
			if (!started) {
				end();
			}
		}
	}

	/**
	 * Breaks the connection off, whatever runs on it, and ends the lease.
	 */
	void abort() {
		if (!add(CALL)) {
			return;
		}
		try {
			this.physical.abort(Runnable::run);
		}
		catch (SQLException ex) {
			logger.debug("Could not abort a connection", ex);
		}
		finally {
			update(-CALL, BROKEN | CLOSED);
		}
	}

	@Override
	boolean hasOpenTransaction() {
		return this.driver != null && this.driver.getTransactionState() != TransactionState.IDLE;
	}

	@Override
	void end() {
		try {
			if (this.driver != null && !isBroken() && hasOpenTransaction()) {
				this.pool.rollBack(this.driver);
			}
		}
		finally {
			try {
				this.pool.giveBack(this.physical, this.driver);
			}
			finally {
				addTo(this.place);
				this.pool.leave(this.place);
			}
		}
	}

	/**
	 * Called by the watcher, from time to time.
	 * @return whether the logical connection is unreachable, so that it cannot be used
	 * any more. It takes two calls to say so
	 */
	boolean isAbandoned() {
		if (!isActive()) {
			return false;
		}
		Object held = this.holder;
		if (!(held instanceof WeakReference<?> reference)) {
			this.holder = new WeakReference<>(held);
			return false;
		}
		boolean gone = !this.escaped && reference.get() == null;
		boolean seen = gone && this.unreachable;
		this.unreachable = gone;
		return seen;
	}

}

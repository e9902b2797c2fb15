package dev.dbpool.lease;

import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * One stretch in which a logical connection owns a physical one. It lasts as long as
 * something needs it: an open statement, a transaction, what only a session remembers.
 * Whoever takes the last of these away gives the physical connection back, once, and
 * never while a call is still running on it: therefore closing never waits for a
 * statement, and nobody gets a connection that is in use.
 * <p>
 * Thread-safe without a lock. Each change is one atomic step of the state. What the
 * ledger shows of it is its {@link LeaseRecord}.
 */
final class Lease extends LeaseRecord {

	private static final Log logger = LogFactory.getLog(Lease.class);

	/** One open statement; the lowest 32 bits count them. */
	static final long STATEMENT = 1;

	/** One running call; 24 bits count them. */
	static final long CALL = 1L << 32;

	private static final long STATEMENTS = CALL - 1;

	private static final long TRANSACTION = 1L << 56;

	private static final long PINNED = 1L << 57;

	private static final long CALLS = TRANSACTION - CALL;

	/** The pool has found the connection broken: nobody can do anything with it. */
	private static final long BROKEN = 1L << 58;

	/** The logical connection was closed. */
	private static final long CLOSED = 1L << 59;

	private static final long ENDED = 1L << 60;

	private static final AtomicLongFieldUpdater<Lease> STATE = AtomicLongFieldUpdater.newUpdater(Lease.class, "state");

	private final LeasingDataSource source;

	private final Place place;

	private final Connection physical;

	private final @Nullable BaseConnection driver;

	private volatile long state;

	/**
	 * The logical connection, weakly as soon as the watcher has seen this lease once:
	 * most leases end sooner, and never need the reference object.
	 */
	private volatile Object connection;

	private boolean escaped;

	// Mutable state of the watcher

	private boolean unreachable;

	/**
	 * Begins.
	 * @param first what is counted in it first
	 * @param recordsStack whether to record where it was acquired
	 */
	Lease(LeasingDataSource source, Place place, LeaseHolder connection, Connection physical,
			@Nullable BaseConnection driver, long first, boolean recordsStack) {
		super(recordsStack);
		this.source = source;
		this.place = place;
		this.connection = connection;
		this.physical = physical;
		this.driver = driver;
		STATE.lazySet(this, source.rules().afterTransaction() ? first : first | PINNED);
	}

	Connection physical() {
		return this.physical;
	}

	/**
	 * Counts something more that needs the connection.
	 * @param what {@link #STATEMENT} or {@link #CALL}
	 * @return {@code false} if the lease has ended, or is about to
	 */
	boolean add(long what) {
		long state;
		do {
			state = this.state;
			if ((state & (ENDED | CLOSED)) != 0) {
				return false;
			}
		}
		while (!STATE.compareAndSet(this, state, state + what));
		return true;
	}

	void remove(long what) {
		update(-what, 0);
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
	 * Called within a call, whose end does the rest.
	 */
	void endTransaction() {
		STATE.accumulateAndGet(this, ~TRANSACTION, (state, bits) -> state & bits);
	}

	/**
	 * Keeps the lease until the logical connection is closed.
	 */
	void pin(String reason) {
		pinnedBy(reason);
		update(0, PINNED);
	}

	/**
	 * As {@link #pin(String)}, for what the application may use when nothing of ours is
	 * reachable any more: never taken back by itself.
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

	boolean isActive() {
		return (this.state & ENDED) == 0;
	}

	boolean isRunning() {
		return (this.state & CALLS) != 0;
	}

	boolean isBroken() {
		return (this.state & BROKEN) != 0;
	}

	/**
	 * Whether the transaction has begun at the server, where the driver tells, else
	 * whether it was asked for.
	 */
	boolean hasBegun() {
		return (this.driver != null) ? isInServerTransaction() : isInTransaction();
	}

	boolean isPinned() {
		return (this.state & PINNED) != 0;
	}

	boolean hasStatements() {
		return (this.state & STATEMENTS) != 0;
	}

	boolean isInTransaction() {
		return (this.state & TRANSACTION) != 0;
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

	private void update(long change, long flag) {
		if (change(change, flag)) {
			end();
		}
	}

	/**
	 * Changes the state. Whoever makes the change after which nothing needs the lease any
	 * more has to end it.
	 * @return whether that is the caller
	 */
	private boolean change(long change, long flag) {
		long state;
		long next;
		do {
			state = this.state;
			next = (state + change) | flag;
			if (isOver(next)) {
				next |= ENDED;
			}
		}
		while (!STATE.compareAndSet(this, state, next));
		return (next & ENDED) != 0 && (state & ENDED) == 0;
	}

	private boolean isOver(long state) {
		if ((state & CALLS) != 0) {
			return false;
		}
		// Somebody may have sent BEGIN as a statement, and will send COMMIT.
		return (state & (CLOSED | BROKEN)) != 0
				|| ((state & (STATEMENTS | TRANSACTION | PINNED)) == 0 && !hasOpenTransaction());
	}

	/**
	 * What the server said last; this does not ask it. Once the lease has ended, the
	 * connection may be in a transaction of somebody else, which is not meant.
	 */
	boolean isInServerTransaction() {
		return hasOpenTransaction() && isActive();
	}

	private boolean hasOpenTransaction() {
		return this.driver != null && this.driver.getTransactionState() != TransactionState.IDLE;
	}

	private void end() {
		try {
			if (this.driver != null && !isBroken() && hasOpenTransaction()) {
				this.source.rollBack(this.driver);
			}
		}
		finally {
			try {
				this.source.giveBack(this.physical, this.driver);
			}
			finally {
				addTo(this.place);
				this.source.leave(this.place);
			}
		}
	}

	/**
	 * Called by the watcher, from time to time.
	 * @return whether nobody can use the logical connection any more. It takes two calls
	 * to say so
	 */
	boolean isAbandoned() {
		if (!isActive()) {
			return false;
		}
		Object held = this.connection;
		if (held instanceof LeaseHolder) {
			this.connection = new WeakReference<>(held);
		}
		else if (!this.escaped && held instanceof WeakReference<?> reference && reference.get() == null) {
			boolean seen = this.unreachable;
			this.unreachable = true;
			return seen;
		}
		return false;
	}

	/**
	 * Returns the lease as it is now.
	 */
	LeaseSnapshot snapshot() {
		long state = this.state;
		if ((state & TRANSACTION) != 0 || isInServerTransaction()) {
			return snapshot(LeaseState.IN_TRANSACTION, null);
		}
		// A statement that is open although nothing runs on it is what a leak leaves in
		// most cases.
		boolean idle = (state & STATEMENTS) != 0 && (state & (CALLS | PINNED)) == 0;
		return snapshot(LeaseState.LEASED, idle ? "open statement" : null);
	}

}

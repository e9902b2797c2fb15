package dev.dbpool.lease;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * What needs the physical connection of a lease: open statements, a transaction, what
 * only a session remembers, and the calls that are running. The thread that takes the
 * last of these away ends the lease, once, and never while a call runs.
 * <p>
 * Thread-safe without a lock: all of it is one number, and each change is one atomic
 * step.
 */
abstract class LeaseUses extends LeaseRecord {

	/** One open statement; the lowest 32 bits count them. */
	static final long STATEMENT = 1;

	/** One running call; 24 bits count them. */
	static final long CALL = 1L << 32;

	static final long TRANSACTION = 1L << 56;

	static final long PINNED = 1L << 57;

	/** The connection was found broken: it cannot be used for anything. */
	static final long BROKEN = 1L << 58;

	/** The logical connection was closed. */
	static final long CLOSED = 1L << 59;

	static final long ENDED = 1L << 60;

	private static final long STATEMENTS = CALL - 1;

	private static final long CALLS = TRANSACTION - CALL;

	private static final AtomicLongFieldUpdater<LeaseUses> STATE = AtomicLongFieldUpdater.newUpdater(LeaseUses.class,
			"state");

	private volatile long state;

	/**
	 * Begins.
	 * @param first what needs the connection from the beginning
	 */
	LeaseUses(long first, boolean recordsStack) {
		super(recordsStack);
		STATE.lazySet(this, first);
	}

	/**
	 * Counts something more that needs the connection.
	 * @param what {@link #STATEMENT} or {@link #CALL}
	 * @return {@code false} if the lease has ended, or is about to
	 */
	final boolean add(long what) {
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

	/**
	 * Begins again after the end, where what would have been a lease is only observed.
	 * @param what what needs the connection now
	 * @return {@code false} if it has not ended, or if the connection was closed
	 */
	final boolean beginAgain(long what) {
		return STATE.compareAndSet(this, ENDED, what);
	}

	final void remove(long what) {
		update(-what, 0);
	}

	/**
	 * Called within a call, whose end does the rest.
	 */
	final void endTransaction() {
		STATE.accumulateAndGet(this, ~TRANSACTION, (state, bits) -> state & bits);
	}

	final void update(long change, long flag) {
		if (change(change, flag)) {
			end();
		}
	}

	/**
	 * Changes the state. The thread whose change leaves nothing that needs the lease has
	 * to end it.
	 * @return whether that is the caller
	 */
	final boolean change(long change, long flag) {
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
		// The application may have sent BEGIN as a statement, and will send COMMIT.
		return (state & (CLOSED | BROKEN)) != 0
				|| ((state & (STATEMENTS | TRANSACTION | PINNED)) == 0 && !hasOpenTransaction());
	}

	/**
	 * Whether a transaction is open at the server, as far as the driver knows.
	 */
	abstract boolean hasOpenTransaction();

	/**
	 * What the server said last; this does not ask it. Once the lease has ended, the
	 * connection may be in another borrower's transaction, which is not meant.
	 */
	final boolean isInServerTransaction() {
		return hasOpenTransaction() && isActive();
	}

	/**
	 * Ends the lease. Called once.
	 */
	abstract void end();

	final boolean isActive() {
		return (this.state & ENDED) == 0;
	}

	final boolean isRunning() {
		return (this.state & CALLS) != 0;
	}

	final boolean isClosed() {
		return (this.state & CLOSED) != 0;
	}

	final boolean isBroken() {
		return (this.state & BROKEN) != 0;
	}

	final boolean isPinned() {
		return (this.state & PINNED) != 0;
	}

	final boolean hasStatements() {
		return (this.state & STATEMENTS) != 0;
	}

	final boolean isInTransaction() {
		return (this.state & TRANSACTION) != 0;
	}

	/**
	 * Whether a statement is all that the lease lasts for, although nothing runs on it:
	 * what a leak leaves in most cases.
	 */
	final boolean hasIdleStatementOnly() {
		long state = this.state;
		return (state & STATEMENTS) != 0 && (state & (CALLS | PINNED)) == 0;
	}

	/**
	 * Returns the lease as it is now.
	 */
	final LeaseSnapshot snapshot() {
		if (isInTransaction() || isInServerTransaction()) {
			return snapshot(LeaseState.IN_TRANSACTION, null);
		}
		return snapshot(LeaseState.LEASED, hasIdleStatementOnly() ? "open statement" : null);
	}

}

package dev.dbpool.lease;

import dev.dbpool.queue.Place;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * One stretch in which the application holds a connection of a pool that is only
 * observed. It lasts until the connection is closed. Within it, it ends and begins again
 * as leases would that end with the transaction: while it has ended, nothing needs the
 * connection.
 */
final class ObservedLease extends LeaseUses {

	private final PeakCount needed;

	private final Place place;

	private final @Nullable BaseConnection driver;

	/**
	 * Begins. Nothing needs the connection yet. Where the driver does not tell whether a
	 * transaction is open, the connection counts as needed until it is closed.
	 * @param needed counts the connections that are needed
	 * @param driver the driver's connection; {@code null} if it is not PostgreSQL's
	 */
	ObservedLease(PeakCount needed, Place place, @Nullable BaseConnection driver, boolean recordsStack) {
		super((driver != null) ? ENDED : PINNED, recordsStack);
		this.needed = needed;
		this.place = place;
		this.driver = driver;
		if (driver == null) {
			needed.up();
		}
		// The time begins now, and not with the first statement.
		heldNanos(System.nanoTime());
	}

	Place place() {
		return this.place;
	}

	/**
	 * Counts something that needs the connection.
	 * @param what {@link #STATEMENT} or {@link #CALL}
	 * @return {@code false} if the connection was closed, so that nothing was counted
	 */
	boolean need(long what) {
		while (!add(what)) {
			if (isClosed()) {
				return false;
			}
			if (beginAgain(what)) {
				this.needed.up();
				return true;
			}
		}
		return true;
	}

	/**
	 * Makes the connection needed until it is closed. Called while something is counted.
	 */
	void pin(String reason) {
		pinnedBy(reason);
		update(0, PINNED);
	}

	/**
	 * Called once, when the application gives the connection back.
	 */
	void close() {
		update(0, CLOSED);
	}

	@Override
	boolean hasOpenTransaction() {
		return this.driver != null && this.driver.getTransactionState() != TransactionState.IDLE;
	}

	@Override
	void end() {
		this.needed.down();
	}

}

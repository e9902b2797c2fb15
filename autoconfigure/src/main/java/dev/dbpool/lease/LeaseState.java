package dev.dbpool.lease;

import java.util.Locale;

/**
 * Why a lease lasts.
 */
public enum LeaseState {

	/**
	 * A statement is open; or leases last until the logical connection is closed.
	 */
	LEASED,

	/**
	 * A transaction is open.
	 */
	IN_TRANSACTION,

	/**
	 * Something outlives the transaction: a statement that was left open, an unwrapped
	 * object of the driver, state of the session.
	 */
	PINNED;

	/**
	 * Returns the name as operators see it.
	 * @return the name in lower case, with spaces
	 */
	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT).replace('_', ' ');
	}

}

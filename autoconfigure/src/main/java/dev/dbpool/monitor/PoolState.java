package dev.dbpool.monitor;

import java.util.Locale;

/**
 * How a pool is doing.
 */
public enum PoolState {

	/**
	 * No connection was borrowed yet: the pool opens with its first borrower.
	 */
	STARTING,

	/**
	 * Connections come and go.
	 */
	OK,

	/**
	 * For a second or longer, borrowers have been waiting or nine of ten connections have
	 * been checked out.
	 */
	PRESSURE,

	/**
	 * Every connection is checked out and borrowers are waiting.
	 */
	EXHAUSTED,

	/**
	 * The pool is closed.
	 */
	STOPPED;

	/**
	 * Returns the name as operators see it.
	 * @return the name in lower case
	 */
	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}

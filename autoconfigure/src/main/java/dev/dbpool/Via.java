package dev.dbpool;

import java.util.Locale;

/**
 * What the runtime connections go through.
 */
public enum Via {

	/**
	 * Nothing: the database itself.
	 */
	DIRECT,

	/**
	 * A pooler that hands out a server connection for each transaction.
	 */
	TRANSACTION_POOLER,

	/**
	 * A pooler that hands out a server connection for each client.
	 */
	SESSION_POOLER;

	/**
	 * Returns the name as operators see it.
	 * @return {@code direct}, {@code transaction-pooler} or {@code session-pooler}
	 */
	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}

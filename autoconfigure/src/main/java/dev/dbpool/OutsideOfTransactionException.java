package dev.dbpool;

import java.sql.SQLException;
import java.util.Set;

/**
 * Refuses a statement outside of a transaction, which would run without its
 * {@link TransactionSettings}.
 */
public final class OutsideOfTransactionException extends SQLException {

	private final String settings;

	/**
	 * Creates the exception.
	 * @param settings the names of the settings that the statement would run without
	 */
	public OutsideOfTransactionException(Set<String> settings) {
		super("The settings " + settings
				+ " of TransactionSettings need a transaction, but this connection is in auto-commit mode. "
				+ "Run the statement in a transaction", "25P01");
		this.settings = settings.toString();
	}

	/**
	 * Returns the names of the settings.
	 * @return the names, for a message
	 */
	public String settings() {
		return this.settings;
	}

}

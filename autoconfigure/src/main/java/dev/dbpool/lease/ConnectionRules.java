package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Map;
import java.util.function.UnaryOperator;

import dev.dbpool.OutsideOfTransactionException;
import dev.dbpool.TransactionSettings;
import org.jspecify.annotations.Nullable;

/**
 * How the connections of the runtime behave.
 *
 * @param afterTransaction whether a lease ends with the transaction; otherwise when the
 * logical connection is closed
 * @param throughTransactionPooler whether consecutive transactions may get different
 * server connections, so that nothing may be set for longer than one
 * @param serverConnections how many leases can work at the same time, which is what the
 * pooler has server connections for; {@link Integer#MAX_VALUE} if unknown
 * @param defaultIsolation the isolation level of a transaction that asks for none, as in
 * {@link java.sql.Connection}; {@link Connection#TRANSACTION_NONE} if it is not known for
 * this role on this way
 * @param isolation the level that connections ask for unless told otherwise;
 * {@link Connection#TRANSACTION_NONE} to leave it to the server
 * @param schema the schema that unqualified names are looked up in first; {@code null} if
 * it is not known for this role on this way
 * @param settings what each transaction begins with
 * @param check sees the SQL of each statement
 * @param explain adds to a failed statement's exception what it means
 */
public record ConnectionRules(boolean afterTransaction, boolean throughTransactionPooler, int serverConnections,
		int defaultIsolation, int isolation, @Nullable String schema, TransactionSettings settings, SqlCheck check,
		UnaryOperator<SQLException> explain) {

	private static final Map<Integer, String> LEVELS = Map.of(Connection.TRANSACTION_READ_UNCOMMITTED,
			"READ UNCOMMITTED", Connection.TRANSACTION_READ_COMMITTED, "READ COMMITTED",
			Connection.TRANSACTION_REPEATABLE_READ, "REPEATABLE READ", Connection.TRANSACTION_SERIALIZABLE,
			"SERIALIZABLE");

	/**
	 * Set on a thread that is in {@link TransactionSettings#get()}.
	 */
	private static final ThreadLocal<@Nullable Boolean> ASKING = new ThreadLocal<>();

	/**
	 * Creates the rules for connections to the database itself, or as good as that, of
	 * which nothing else is known.
	 * @param afterTransaction whether a lease ends with the transaction
	 * @param check sees the SQL of each statement
	 * @return the rules
	 */
	public static ConnectionRules direct(boolean afterTransaction, SqlCheck check) {
		return new ConnectionRules(afterTransaction, false, Integer.MAX_VALUE, Connection.TRANSACTION_NONE,
				Connection.TRANSACTION_NONE, null, TransactionSettings.NONE, check, UnaryOperator.identity());
	}

	/**
	 * Whether the isolation level is said to each transaction, never to the session.
	 */
	boolean isolationByTransaction() {
		return this.afterTransaction || this.throughTransactionPooler;
	}

	static void checkIsolation(int level) throws SQLException {
		if (!LEVELS.containsKey(level)) {
			throw new SQLException("Transaction isolation level " + level + " is not supported", "22023");
		}
	}

	void checkSetSchema() throws SQLException {
		if (this.throughTransactionPooler) {
			throw new SQLFeatureNotSupportedException(
					"setSchema would reach other clients of the transaction pooler, and may not last until the next "
							+ "statement. Set the schema for the role (ALTER ROLE ... SET search_path), qualify the "
							+ "names, or provide a bean of type " + TransactionSettings.class.getName(),
					"0A000");
		}
	}

	/**
	 * Checks whether a statement may be executed outside of a transaction: a statement of
	 * the application must not run without the application's settings; one that a
	 * framework sends on its own behalf may.
	 */
	void checkAutoCommit() throws SQLException {
		try {
			Map<String, String> settings = currentSettings();
			if (!settings.isEmpty() && !FrameworkStatement.isRunning()) {
				throw new OutsideOfTransactionException(settings.keySet());
			}
		}
		catch (RuntimeException ex) {
			// As where no tenant is known.
			if (!FrameworkStatement.isRunning()) {
				throw ex;
			}
		}
	}

	/**
	 * Returns what a transaction begins with. The isolation level comes first: the server
	 * takes it before any query only. All of it is one round trip.
	 * @param isolation the level that is asked for
	 * @param hasDefault whether the session has the default level; otherwise SQL may have
	 * set another one for it
	 * @return the SQL, empty if there is nothing to say
	 */
	String preamble(int isolation, boolean hasDefault) throws SQLException {
		boolean asks = isolationByTransaction() && isolation != Connection.TRANSACTION_NONE
				&& !(hasDefault && isolation == this.defaultIsolation);
		if (!asks && this.settings == TransactionSettings.NONE) {
			return "";
		}
		StringBuilder sql = new StringBuilder();
		if (asks) {
			sql.append("SET TRANSACTION ISOLATION LEVEL ").append(LEVELS.get(isolation));
		}
		currentSettings().forEach((name, value) -> sql.append((sql.length() > 0) ? "; " : "")
			.append("SELECT set_config(")
			.append(literal(name))
			.append(", ")
			.append(literal(value))
			.append(", true)"));
		return sql.toString();
	}

	/**
	 * Asks the application. If its bean used this data source, that statement would ask
	 * for the settings again, and so on.
	 */
	private Map<String, String> currentSettings() throws SQLException {
		if (this.settings == TransactionSettings.NONE) {
			return Map.of();
		}
		if (ASKING.get() != null) {
			throw new SQLException("A bean of type " + TransactionSettings.class.getName()
					+ " used the data source that asks it for the settings of a transaction. It must not use the database: "
					+ "look the settings up before the transaction begins, or on the data source qualified @DirectDataSource",
					"55000");
		}
		ASKING.set(true);
		try {
			return this.settings.get();
		}
		finally {
			ASKING.remove();
		}
	}

	private static String literal(String text) {
		// In this form a backslash means the same whatever standard_conforming_strings
		// is.
		return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
	}

}

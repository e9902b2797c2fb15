package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.OutsideOfTransactionException;
import dev.dbpool.TransactionSettings;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Utils;

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

	private static final String SEARCH_PATH = "search_path";

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

	/**
	 * Checks whether a statement may be executed outside of a transaction: a statement of
	 * the application must not run without the application's settings; one that a
	 * framework sends on its own behalf may.
	 * @param schema the schema that was set for each transaction, if one was
	 */
	void checkAutoCommit(@Nullable String schema) throws SQLException {
		if (schema != null) {
			throw new SQLException(
					"The schema '" + schema + "' of setSchema needs a transaction behind a transaction "
							+ "pooler, but this connection is in auto-commit mode. Run the statement in a transaction",
					"25P01");
		}
		try {
			Map<String, String> settings = currentSettings();
			if (!settings.isEmpty()) {
				throw new OutsideOfTransactionException(settings.keySet());
			}
		}
		catch (SQLException | RuntimeException ex) {
			// A bean may also throw, as where no tenant is known.
			if (!FrameworkStatement.isRunning()) {
				throw ex;
			}
		}
	}

	/**
	 * Returns what sets the schema until the end of a transaction. It means the same as
	 * the driver's {@link Connection#setSchema}.
	 * @param schema the schema; {@code null} for what the session begins with
	 * @return the SQL
	 * @throws SQLException if the transaction has settings that set it too
	 */
	String setSchema(@Nullable String schema) throws SQLException {
		return setSchema(schema, currentSettings());
	}

	private static String setSchema(@Nullable String schema, Map<String, String> settings) throws SQLException {
		for (String name : settings.keySet()) {
			if (name.equalsIgnoreCase(SEARCH_PATH)) {
				throw new SQLException("Both setSchema and a bean of type " + TransactionSettings.class.getName()
						+ " set the search_path of this transaction. Leave one of them out", "55000");
			}
		}
		return "SET LOCAL " + SEARCH_PATH + " TO " + ((schema != null) ? literal(schema) : "DEFAULT");
	}

	/**
	 * Returns what a transaction begins with. The isolation level comes first: the server
	 * takes it before any query only. All of it is one round trip.
	 * @param isolation the level that is asked for
	 * @param hasDefault whether the session has the default level; otherwise SQL may have
	 * set another one for it
	 * @param schema the schema that was set for each transaction, if one was
	 * @return the SQL, empty if there is nothing to say
	 */
	String preamble(int isolation, boolean hasDefault, @Nullable String schema) throws SQLException {
		boolean asks = isolationByTransaction() && isolation != Connection.TRANSACTION_NONE
				&& !(hasDefault && isolation == this.defaultIsolation);
		if (!asks && schema == null && this.settings == TransactionSettings.NONE) {
			return "";
		}
		StringJoiner sql = new StringJoiner("; ");
		if (asks) {
			sql.add("SET TRANSACTION ISOLATION LEVEL " + LEVELS.get(isolation));
		}
		Map<String, String> settings = currentSettings();
		if (schema != null) {
			sql.add(setSchema(schema, settings));
		}
		for (Map.Entry<String, String> setting : settings.entrySet()) {
			sql.add("SELECT set_config(" + literal(setting.getKey()) + ", " + literal(setting.getValue()) + ", true)");
		}
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
		catch (InvalidSettingException ex) {
			throw new SQLException(ex.getMessage(), "22023", ex);
		}
		finally {
			ASKING.remove();
		}
	}

	private static String literal(String text) throws SQLException {
		// In this form a backslash means the same whatever standard_conforming_strings
		// is.
		return "E'" + Utils.escapeLiteral(null, text, false) + "'";
	}

}

package dev.dbpool.server;

import java.sql.Connection;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a session begins with, as the server says. It depends on the role and on the way
 * to the server: {@code ALTER ROLE ... SET}, {@code options} in a URL, a pooler that logs
 * in as another role. So what counts for the runtime is read on the runtime's own way.
 *
 * @param isolation the isolation level of a transaction that asks for none
 * @param schema the schema that is searched first; {@code null} if none exists
 */
public record SessionDefaults(String isolation, @Nullable String schema) {

	/**
	 * Its two columns. Behind a pooler, another client may have changed the session: what
	 * it began with is what a {@code RESET} would restore. The change of the path ends
	 * with the transaction. To be selected from {@link #SOURCE}.
	 */
	static final String COLUMNS = "(select reset_val from pg_catalog.pg_settings "
			+ "where name = 'default_transaction_isolation'), pg_catalog.current_schema()";

	/**
	 * One row, evaluated before the columns.
	 */
	static final String SOURCE = "(select pg_catalog.set_config('search_path', reset_val, true) "
			+ "from pg_catalog.pg_settings where name = 'search_path' offset 0) begun(path)";

	private static final Map<String, Integer> LEVELS = Map.of("read uncommitted",
			Connection.TRANSACTION_READ_UNCOMMITTED, "read committed", Connection.TRANSACTION_READ_COMMITTED,
			"repeatable read", Connection.TRANSACTION_REPEATABLE_READ, "serializable",
			Connection.TRANSACTION_SERIALIZABLE);

	/**
	 * Returns the isolation level as JDBC knows it.
	 * @return a constant of {@link Connection}; {@link Connection#TRANSACTION_NONE} if it
	 * is none of them
	 */
	public int isolationLevel() {
		return LEVELS.getOrDefault(this.isolation.toLowerCase(Locale.ROOT), Connection.TRANSACTION_NONE);
	}

}

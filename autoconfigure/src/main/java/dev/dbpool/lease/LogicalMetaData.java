package dev.dbpool.lease;

import java.lang.reflect.Method;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

import dev.dbpool.jdbc.JdbcProxy;
import org.jspecify.annotations.Nullable;

/**
 * Metadata as the application holds it: has a physical connection for the time of each
 * call, and of each result.
 */
final class LogicalMetaData implements JdbcProxy.Handler {

	/**
	 * What the driver says of each server.
	 */
	private static final String POSTGRES = "PostgreSQL";

	private final LogicalConnection connection;

	private LogicalMetaData(LogicalConnection connection) {
		this.connection = connection;
	}

	static DatabaseMetaData of(LogicalConnection connection) {
		return JdbcProxy.of(DatabaseMetaData.class, new LogicalMetaData(connection));
	}

	@Override
	public @Nullable Object handle(Method method, Object @Nullable [] arguments) throws SQLException {
		return switch (method.getName()) {
			case "getConnection" -> this.connection;
			case "toString" -> "LogicalMetaData of " + this.connection;
			case "unwrap" -> unwrap(arguments);
			// Known without a server. Spring Boot asks at start-up, and expects that
			// getConnection() is what fails if there is none.
			case "getDatabaseProductName" -> this.connection.isPostgres() ? POSTGRES : ask(method, arguments);
			default -> ask(method, arguments);
		};
	}

	@SuppressWarnings("NullAway") // a type variable may be nullable
	private @Nullable Object ask(Method method, Object @Nullable [] arguments) throws SQLException {
		return this.connection.metaData((physical) -> JdbcProxy.invoke(physical.getMetaData(), method, arguments));
	}

	private Object unwrap(Object @Nullable [] arguments) throws SQLException {
		if (arguments == null || !(arguments[0] instanceof Class<?> type)) {
			throw new SQLException("unwrap() needs a type, but it is null", "22023");
		}
		return this.connection.unwrapMetaData(type);
	}

}

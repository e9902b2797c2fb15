package dev.dbpool.lease;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Metadata as the application holds it: has a physical connection for the time of each
 * call, and of each result. A proxy, because it is asked seldom, and has two hundred
 * methods of which none is special.
 */
final class LogicalMetaData implements InvocationHandler {

	/**
	 * What the driver says of each server.
	 */
	private static final String POSTGRES = "PostgreSQL";

	private final LogicalConnection connection;

	private LogicalMetaData(LogicalConnection connection) {
		this.connection = connection;
	}

	static DatabaseMetaData of(LogicalConnection connection) {
		return (DatabaseMetaData) Proxy.newProxyInstance(LogicalMetaData.class.getClassLoader(),
				new Class<?>[] { DatabaseMetaData.class }, new LogicalMetaData(connection));
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		return switch (method.getName()) {
			case "getConnection" -> this.connection;
			case "equals" -> arguments != null && proxy == arguments[0];
			case "hashCode" -> System.identityHashCode(proxy);
			case "toString" -> "LogicalMetaData of " + this.connection;
			case "unwrap" -> unwrap(proxy, arguments);
			// Known without a server. Spring Boot asks at start-up, and expects that
			// getConnection() is what fails if there is none.
			case "getDatabaseProductName" -> this.connection.isPostgres() ? POSTGRES : ask(method, arguments);
			default -> ask(method, arguments);
		};
	}

	private @Nullable Object ask(Method method, Object @Nullable [] arguments) throws SQLException {
		return this.connection.metaData((physical) -> invoke(physical.getMetaData(), method, arguments));
	}

	private Object unwrap(Object proxy, Object @Nullable [] arguments) throws SQLException {
		if (arguments == null || !(arguments[0] instanceof Class<?> type)) {
			throw new SQLException("There is no type to unwrap to", "22023");
		}
		return type.isInstance(proxy) ? proxy : this.connection.unwrapMetaData(type);
	}

	private static @Nullable Object invoke(DatabaseMetaData metaData, Method method, Object @Nullable [] arguments)
			throws SQLException {
		try {
			return method.invoke(metaData, arguments);
		}
		catch (InvocationTargetException ex) {
			if (ex.getTargetException() instanceof SQLException failure) {
				throw failure;
			}
			throw new SQLException(ex.getTargetException());
		}
		catch (IllegalAccessException ex) {
			throw new SQLException(ex);
		}
	}

}

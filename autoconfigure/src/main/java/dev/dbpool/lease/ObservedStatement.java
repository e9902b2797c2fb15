package dev.dbpool.lease;

import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.dbpool.jdbc.JdbcProxy;
import org.jspecify.annotations.Nullable;

/**
 * A statement of an {@link ObservedConnection}, which needs the connection until it is
 * closed.
 */
final class ObservedStatement implements JdbcProxy.Handler {

	private final ObservedConnection connection;

	private final Statement statement;

	private final AtomicBoolean counted;

	// Mutable state

	private String sql;

	private @Nullable Object proxy;

	/**
	 * Creates it.
	 * @param sql what it was prepared for; empty if it was not
	 * @param counted whether the connection counts it
	 */
	ObservedStatement(ObservedConnection connection, Statement statement, String sql, boolean counted) {
		this.connection = connection;
		this.statement = statement;
		this.sql = sql;
		this.counted = new AtomicBoolean(counted);
	}

	/**
	 * Returns it as the application holds it.
	 */
	Object proxy(Class<?> type) {
		Object proxy = JdbcProxy.transparent(type, this);
		this.proxy = proxy;
		return proxy;
	}

	@Override
	public @Nullable Object handle(Method method, Object @Nullable [] arguments) throws SQLException {
		String name = method.getName();
		if (arguments != null && arguments[0] instanceof String text
				&& (name.startsWith("execute") || name.equals("addBatch"))) {
			this.sql = text;
			this.connection.check(text);
		}
		if (name.startsWith("execute")) {
			return this.connection.execute(this.sql, () -> observed(invoke(method, arguments)));
		}
		return switch (name) {
			case "getResultSet", "getGeneratedKeys" -> observed(invoke(method, arguments));
			case "getMetaData", "getParameterMetaData" -> this.connection.needing(() -> invoke(method, arguments));
			case "getConnection" -> (invoke(method, arguments) != null) ? this.connection.proxy() : null;
			case "close" -> close(method);
			default -> invoke(method, arguments);
		};
	}

	private @Nullable Object invoke(Method method, Object @Nullable [] arguments) throws SQLException {
		return JdbcProxy.invoke(this.statement, method, arguments);
	}

	private @Nullable Object observed(@Nullable Object result) throws SQLException {
		return (result instanceof ResultSet rows) ? new ObservedResultSet(this, rows) : result;
	}

	private @Nullable Object close(Method method) throws SQLException {
		try {
			return invoke(method, null);
		}
		finally {
			countOut();
		}
	}

	/**
	 * Called when a result was closed, which may close this too.
	 */
	void completed() throws SQLException {
		if (this.statement.isClosed()) {
			countOut();
		}
	}

	private void countOut() {
		if (this.counted.compareAndSet(true, false)) {
			this.connection.closed();
		}
	}

	ObservedConnection connection() {
		return this.connection;
	}

	@Nullable Object proxy() {
		return this.proxy;
	}

}

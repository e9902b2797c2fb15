package dev.dbpool.lease;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.sql.Statement;

import org.jspecify.annotations.Nullable;

/**
 * A statement as the application holds it: tells its {@link LogicalConnection} before it
 * executes. A proxy, because three interfaces with some two hundred methods need four of
 * them changed, and what a call costs here is nothing beside a pooler's round trip.
 */
final class LogicalStatement implements InvocationHandler {

	private final LogicalConnection connection;

	private final Statement delegate;

	LogicalStatement(LogicalConnection connection, Statement delegate) {
		this.connection = connection;
		this.delegate = delegate;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		String name = method.getName();
		boolean executes = name.startsWith("execute");
		switch (name) {
			case "getConnection":
				return this.connection;
			case "equals":
				return arguments != null && proxy == arguments[0];
			case "hashCode":
				return System.identityHashCode(proxy);
			default:
				if ((executes || name.equals("addBatch")) && arguments != null && arguments[0] instanceof String sql) {
					this.connection.check(sql);
				}
				if (executes) {
					this.connection.beforeUse();
				}
		}
		try {
			Object result = method.invoke(this.delegate, arguments);
			if (executes) {
				this.connection.afterUse(this.delegate.getWarnings());
			}
			return result;
		}
		catch (InvocationTargetException ex) {
			throw (ex.getTargetException() instanceof SQLException failure) ? this.connection.explained(failure)
					: ex.getTargetException();
		}
	}

}

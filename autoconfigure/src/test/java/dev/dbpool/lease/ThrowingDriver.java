package dev.dbpool.lease;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * PostgreSQL's driver, one of whose calls fails before it does anything. Only calls of
 * the thread that asked for the failure count.
 */
final class ThrowingDriver extends AbstractDataSource {

	static final String MESSAGE = "injected failure";

	/**
	 * What the driver knows by itself and never fails with, and what the pool calls when
	 * it validates, which is not what is tested.
	 */
	private static final Set<String> HARMLESS = Set.of("getTransactionState", "isClosed", "toString", "hashCode",
			"equals", "getNetworkTimeout", "isValid", "setNetworkTimeout");

	private final TestDatabase database;

	private final ThreadLocal<@Nullable Fault> fault = new ThreadLocal<>();

	ThrowingDriver(TestDatabase database) {
		this.database = database;
	}

	/**
	 * Makes a pool of its connections that validates each before it hands it out.
	 */
	HikariDataSource pool(int size) throws SQLException {
		HikariDataSource pool = new HikariDataSource();
		pool.setDataSource(this);
		pool.setMaximumPoolSize(size);
		pool.setConnectionTimeout(20_000);
		System.setProperty(SetUp.ALIVE_BYPASS, "-1");
		try {
			// Hikari reads it when it starts.
			pool.getConnection().close();
		}
		finally {
			System.clearProperty(SetUp.ALIVE_BYPASS);
		}
		return pool;
	}

	/**
	 * Lets a call of this thread fail.
	 * @param call which one of those that follow, from 1 on
	 */
	void failAt(int call, Kind kind) {
		this.fault.set(new Fault(call, kind));
	}

	/**
	 * Lets no call fail any more.
	 * @return whether one has failed
	 */
	boolean disarm() {
		Fault fault = this.fault.get();
		this.fault.remove();
		return fault != null && fault.calls <= 0;
	}

	@Override
	public Connection getConnection() throws SQLException {
		return wrap(BaseConnection.class, this.database.connect());
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		return getConnection();
	}

	@Override
	public void setLoginTimeout(int timeout) {
	}

	@Override
	public PrintWriter getLogWriter() {
		return new PrintWriter(System.err);
	}

	private <T> T wrap(Class<T> type, Object target) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> call(proxy, target, method, arguments)));
	}

	private @Nullable Object call(Object proxy, Object target, Method method, Object @Nullable [] arguments)
			throws Throwable {
		if (method.getName().equals("unwrap") || method.getName().equals("isWrapperFor")) {
			boolean mine = arguments != null && ((Class<?>) arguments[0]).isInstance(proxy);
			if (mine) {
				return method.getName().equals("unwrap") ? proxy : (Object) true;
			}
		}
		Fault fault = this.fault.get();
		if (fault != null && !HARMLESS.contains(method.getName()) && --fault.calls == 0) {
			throw fault.kind.failure.get();
		}
		try {
			Object result = method.invoke(target, arguments);
			if (result instanceof PreparedStatement) {
				return wrap(PreparedStatement.class, result);
			}
			if (result instanceof Statement && !method.getName().equals("getStatement")) {
				return wrap(Statement.class, result);
			}
			return (result instanceof ResultSet rows) ? wrap(ResultSet.class, rows) : result;
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	/**
	 * What a call fails with.
	 */
	enum Kind {

		BROKEN(() -> new SQLException(MESSAGE, "08006")),

		REFUSED(() -> new SQLException(MESSAGE, "XX000")),

		UNEXPECTED(() -> new IllegalStateException(MESSAGE)),

		ERROR(() -> new LinkageError(MESSAGE));

		private final Supplier<Throwable> failure;

		Kind(Supplier<Throwable> failure) {
			this.failure = failure;
		}

	}

	private static final class Fault {

		private final Kind kind;

		private int calls;

		Fault(int calls, Kind kind) {
			this.calls = calls;
			this.kind = kind;
		}

	}

}

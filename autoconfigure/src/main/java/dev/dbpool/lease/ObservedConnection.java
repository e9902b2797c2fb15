package dev.dbpool.lease;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.dbpool.jdbc.JdbcProxy;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * A connection of a pool that is only observed. Each call goes to the pool's connection,
 * and what that returns or throws is what the application gets; on the way it is counted
 * what needs the connection, by the rules of leases that end with the transaction.
 */
final class ObservedConnection implements JdbcProxy.Handler {

	private final ObservedPool pool;

	private final ObservedLease lease;

	private final Connection physical;

	private final Connection proxy = JdbcProxy.transparent(Connection.class, this);

	private final AtomicBoolean ended = new AtomicBoolean();

	private ObservedConnection(ObservedPool pool, ObservedLease lease, Connection physical) {
		this.pool = pool;
		this.lease = lease;
		this.physical = physical;
	}

	static Connection of(ObservedPool pool, ObservedLease lease, Connection physical) {
		return new ObservedConnection(pool, lease, physical).proxy;
	}

	@Override
	public @Nullable Object handle(Method method, Object @Nullable [] arguments) throws SQLException {
		return switch (method.getName()) {
			case "createStatement", "prepareStatement", "prepareCall" -> statement(method, arguments);
			case "setSavepoint", "isValid", "getSchema" -> needing(() -> invoke(method, arguments));
			case "setSchema" -> pinning("SET search_path TO ''", "schema", method, arguments);
			case "setClientInfo" -> pinning("SET application_name TO ''", "client info", method, arguments);
			case "unwrap", "setHoldability", "setTypeMap" -> pinning("", method.getName(), method, arguments);
			case "createArrayOf", "createStruct", "createBlob", "createClob", "createNClob", "createSQLXML" ->
				making(method, arguments);
			case "getMetaData" -> metaData();
			case "close", "abort" -> end(method, arguments);
			// They need a connection only where something has begun.
			case "commit", "rollback", "releaseSavepoint", "setAutoCommit", "setReadOnly", "setTransactionIsolation",
					"getTransactionIsolation" ->
				counted(this.lease.add(ObservedLease.CALL), () -> invoke(method, arguments));
			default -> invoke(method, arguments);
		};
	}

	private @Nullable Object invoke(Method method, Object @Nullable [] arguments) throws SQLException {
		return JdbcProxy.invoke(this.physical, method, arguments);
	}

	private Object statement(Method method, Object @Nullable [] arguments) throws SQLException {
		boolean counted = this.lease.need(ObservedLease.STATEMENT);
		boolean open = false;
		try {
			String sql = (arguments != null && arguments[0] instanceof String text) ? text : "";
			check(sql);
			Statement statement = (Statement) Objects.requireNonNull(invoke(method, arguments));
			open = true;
			return new ObservedStatement(this, statement, sql, counted).proxy(method.getReturnType());
		}
		finally {
			if (!open && counted) {
				this.lease.remove(ObservedLease.STATEMENT);
			}
		}
	}

	/**
	 * Notices SQL that needs a session of its own. Called while something is counted.
	 */
	void check(String sql) throws SQLException {
		String pin = this.pool.check().check(sql);
		if (pin != null) {
			this.lease.pin(pin);
		}
	}

	/**
	 * Executes something.
	 */
	@Nullable Object execute(String sql, Execution execution) throws SQLException {
		this.lease.inTransaction(TransactionSynchronizationManager.getCurrentTransactionName());
		this.lease.executes(sql);
		return needing(execution);
	}

	/**
	 * Makes a call for which a connection is needed.
	 */
	@Nullable Object needing(Execution call) throws SQLException {
		return counted(this.lease.need(ObservedLease.CALL), call);
	}

	private @Nullable Object counted(boolean counted, Execution call) throws SQLException {
		this.lease.busy();
		try {
			return call.run();
		}
		finally {
			this.lease.idle();
			if (counted) {
				this.lease.remove(ObservedLease.CALL);
			}
		}
	}

	/**
	 * Makes a call after which only this session will do.
	 * @param sql what the driver sends, if it needs a session
	 */
	private @Nullable Object pinning(String sql, String reason, Method method, Object @Nullable [] arguments)
			throws SQLException {
		return needing(() -> {
			check(sql);
			Object result = invoke(method, arguments);
			this.lease.pin(reason);
			return result;
		});
	}

	/**
	 * Makes something that may use the connection later.
	 */
	private @Nullable Object making(Method method, Object @Nullable [] arguments) throws SQLException {
		return needing(() -> {
			Object made = invoke(method, arguments);
			if (!this.lease.hasOpenTransaction() && !this.lease.hasStatements()) {
				this.lease.pin(method.getName());
			}
			return made;
		});
	}

	/**
	 * The driver has all rows of its answers at once.
	 */
	private DatabaseMetaData metaData() throws SQLException {
		DatabaseMetaData metaData = this.physical.getMetaData();
		return JdbcProxy.transparent(DatabaseMetaData.class,
				(method, arguments) -> method.getName().equals("getConnection") ? this.proxy
						: needing(() -> JdbcProxy.invoke(metaData, method, arguments)));
	}

	private @Nullable Object end(Method method, Object @Nullable [] arguments) throws SQLException {
		if (this.ended.compareAndSet(false, true)) {
			this.pool.end(this.lease);
		}
		return invoke(method, arguments);
	}

	/**
	 * Counts a statement out that was closed.
	 */
	void closed() {
		this.lease.remove(ObservedLease.STATEMENT);
	}

	Connection proxy() {
		return this.proxy;
	}

	/**
	 * What is done with the pool's connection.
	 */
	@FunctionalInterface
	interface Execution {

		@Nullable Object run() throws SQLException;

	}

}

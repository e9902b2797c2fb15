package dev.dbpool.lease;

import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

import dev.dbpool.jdbc.JdbcProxy;
import org.jspecify.annotations.Nullable;

/**
 * A call as the application holds it. It executes as a prepared statement does; what it
 * has beyond that, which is parameters by name and results in parameters, is passed on.
 */
final class LogicalCallableStatement extends LogicalPreparedStatement implements JdbcProxy.Handler {

	/**
	 * What may make the driver look up a type.
	 */
	private static final Set<String> LOOKED_UP = Set.of("getObject", "getArray");

	private final CallableStatement proxy = JdbcProxy.of(CallableStatement.class, this);

	private LogicalCallableStatement(TransactionHolder connection, Lease lease, CallableStatement delegate, String sql,
			@Nullable String pin) {
		super(connection, lease, delegate, sql, pin);
	}

	static CallableStatement of(TransactionHolder connection, Lease lease, CallableStatement delegate, String sql,
			@Nullable String pin) {
		return new LogicalCallableStatement(connection, lease, delegate, sql, pin).proxy;
	}

	@Override
	@SuppressWarnings("NullAway") // a type variable may be nullable
	public @Nullable Object handle(Method method, Object @Nullable [] arguments) throws SQLException {
		if (method.getDeclaringClass() != CallableStatement.class) {
			return JdbcProxy.invoke(this, method, arguments);
		}
		return LOOKED_UP.contains(method.getName()) ? value(ask(() -> JdbcProxy.invoke(delegate(), method, arguments)))
				: JdbcProxy.invoke(delegate(), method, arguments);
	}

	@Override
	Statement self() {
		return this.proxy;
	}

}

package dev.dbpool.lease;

import java.sql.ParameterMetaData;
import java.util.Set;

import dev.dbpool.jdbc.JdbcProxy;

/**
 * Metadata of parameters as the application holds it. The driver looks up the names of
 * types when it is asked for them: that is done within the lease of the statement, and
 * refused after it.
 */
final class LogicalParameterMetaData {

	private static final Set<String> LOOKED_UP = Set.of("getParameterType", "getParameterTypeName",
			"getParameterClassName");

	private LogicalParameterMetaData() {
	}

	@SuppressWarnings("NullAway") // a type variable may be nullable
	static ParameterMetaData of(LogicalStatement statement, ParameterMetaData delegate) {
		return JdbcProxy.of(ParameterMetaData.class,
				(method, arguments) -> LOOKED_UP.contains(method.getName())
						? statement.ask(() -> JdbcProxy.invoke(delegate, method, arguments))
						: JdbcProxy.invoke(delegate, method, arguments));
	}

}

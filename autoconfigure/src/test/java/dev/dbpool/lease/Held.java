package dev.dbpool.lease;

import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

import org.postgresql.PGResultSetMetaData;

/**
 * What an application holds.
 */
enum Held {

	CONNECTION(Connection.class),

	STATEMENT(Statement.class),

	PREPARED_STATEMENT(PreparedStatement.class),

	CALLABLE_STATEMENT(CallableStatement.class),

	RESULT_SET(ResultSet.class),

	RESULT_SET_META_DATA(ResultSetMetaData.class),

	DRIVERS_RESULT_SET_META_DATA(PGResultSetMetaData.class),

	PARAMETER_META_DATA(ParameterMetaData.class),

	DATABASE_META_DATA(DatabaseMetaData.class);

	private final Class<?> type;

	Held(Class<?> type) {
		this.type = type;
	}

	Class<?> type() {
		return this.type;
	}

	Object of(Connection connection) throws SQLException {
		return switch (this) {
			case CONNECTION -> connection;
			case STATEMENT -> connection.createStatement();
			case PREPARED_STATEMENT -> connection.prepareStatement("select 1");
			case CALLABLE_STATEMENT -> connection.prepareCall("call f()");
			case RESULT_SET -> connection.createStatement().executeQuery("select 1");
			case RESULT_SET_META_DATA, DRIVERS_RESULT_SET_META_DATA ->
				connection.prepareStatement("select 1").getMetaData();
			case PARAMETER_META_DATA -> connection.prepareStatement("select 1").getParameterMetaData();
			case DATABASE_META_DATA -> connection.getMetaData();
		};
	}

	/**
	 * Returns the methods that are left as the JDK has them. The driver does not know
	 * them either: they do nothing there, or say that they are not supported.
	 */
	Set<String> inherited() {
		return switch (this) {
			case CONNECTION -> Set.of("beginRequest", "endRequest", "setShardingKey", "setShardingKeyIfValid");
			default -> Set.of();
		};
	}

	/**
	 * Whether the answer is known without the driver.
	 */
	boolean answers(Method method) {
		return switch (method.getName()) {
			// Remembered; see the tests of the lease.
			case "getAutoCommit", "isReadOnly" -> true;
			// The logical one, without which a lease could not end.
			case "getConnection" -> true;
			case "getMetaData" -> this == CONNECTION;
			// Known from the URL.
			case "getDatabaseProductName" -> true;
			default -> false;
		};
	}

	/**
	 * Whether the driver may speak to the server in a method. It answers all others from
	 * what it has: a failure there is about the arguments, or says that the object is
	 * closed.
	 */
	boolean asksServer(Method method) {
		String name = method.getName();
		if (this != DATABASE_META_DATA && name.equals("isWrapperFor")) {
			return this == CONNECTION;
		}
		return switch (this) {
			case CONNECTION -> !name.equals("isClosed") && reports(method);
			case DATABASE_META_DATA -> reports(method);
			case STATEMENT -> isOfStatement(name);
			case PREPARED_STATEMENT -> isOfPreparedStatement(method);
			case CALLABLE_STATEMENT -> (method.getDeclaringClass() == CallableStatement.class)
					? name.matches("getObject|getArray") : isOfPreparedStatement(method);
			// All that changes rows looks the key of the table up.
			case RESULT_SET -> name.matches("next|isLast|getObject|getArray|close|unwrap|refreshRow"
					+ "|(insert|update|delete)[A-Z]\\w*|moveTo\\w+Row|cancelRowUpdates");
			case RESULT_SET_META_DATA, DRIVERS_RESULT_SET_META_DATA ->
				name.matches("is(AutoIncrement|Nullable|Currency)|get(Schema|Table|ColumnType|ColumnClass)(Name)?"
						+ "|getBase\\w+Name");
			case PARAMETER_META_DATA -> name.matches("getParameter(Type|TypeName|ClassName)");
		};
	}

	private static boolean isOfStatement(String name) {
		return name.startsWith("execute") || name.matches("close|unwrap");
	}

	private static boolean isOfPreparedStatement(Method method) {
		String name = method.getName();
		return isOfStatement(name) || name.matches("getMetaData|getParameterMetaData|set(Object|Array|Blob|Clob)")
				|| (name.equals("setNull") && method.getParameterCount() == 3);
	}

	/**
	 * Whether a failure reaches the caller. Giving a connection up cannot fail.
	 */
	boolean reports(Method method) {
		return method.getExceptionTypes().length > 0
				&& !(this == CONNECTION && method.getName().matches("close|abort"));
	}

}

package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the tests of the leases do by JDBC all the time. It leaves no statement open.
 */
final class Jdbc {

	private Jdbc() {
	}

	/**
	 * Returns the first column of the first row.
	 */
	static String text(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			return rows.next() ? rows.getString(1) : null;
		}
	}

	static int pid(Connection connection) throws SQLException {
		return Integer.parseInt(text(connection, "select pg_backend_pid()"));
	}

	static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	static void assertFails(String state, ThrowingCallable call) {
		assertThatExceptionOfType(SQLException.class).isThrownBy(call)
			.satisfies((ex) -> assertThat(ex.getSQLState()).describedAs("%s", ex).isEqualTo(state));
	}

}

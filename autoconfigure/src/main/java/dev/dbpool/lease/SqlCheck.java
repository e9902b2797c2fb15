package dev.dbpool.lease;

import java.sql.SQLException;

/**
 * Sees the SQL of each statement before it is sent. Thread-safe.
 */
@FunctionalInterface
public interface SqlCheck {

	/**
	 * Lets everything pass.
	 */
	SqlCheck NONE = (sql) -> {
	};

	/**
	 * Checks one text.
	 * @param sql what the application wants to send
	 * @throws SQLException to refuse it
	 */
	void check(String sql) throws SQLException;

}

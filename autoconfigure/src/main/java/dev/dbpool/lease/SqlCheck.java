package dev.dbpool.lease;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * Sees the SQL of each statement before it is sent. Thread-safe.
 */
@FunctionalInterface
public interface SqlCheck {

	/**
	 * Lets everything pass.
	 */
	SqlCheck NONE = (sql) -> null;

	/**
	 * Checks one text.
	 * @param sql what the application wants to send
	 * @return why the physical connection must be kept until the logical one is closed;
	 * {@code null} if it need not be
	 * @throws SQLException to refuse it
	 */
	@Nullable String check(String sql) throws SQLException;

}

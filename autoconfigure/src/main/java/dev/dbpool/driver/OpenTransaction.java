package dev.dbpool.driver;

import java.sql.SQLException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.postgresql.core.BaseConnection;

/**
 * Ends a transaction that the application left open. The pool rolls back only what began
 * through JDBC, not a {@code BEGIN} that was sent as a statement.
 */
public final class OpenTransaction {

	private static final Log logger = LogFactory.getLog(OpenTransaction.class);

	private OpenTransaction() {
	}

	/**
	 * Rolls back, or else closes the connection. Never throws an {@link SQLException}.
	 * @param driver the driver's connection
	 * @param limitMillis how long to wait for an answer, unless the connection has a
	 * shorter limit of its own
	 */
	public static void rollBack(BaseConnection driver, int limitMillis) {
		boolean done = false;
		try {
			int timeout = driver.getNetworkTimeout();
			boolean limited = timeout == 0 || timeout > limitMillis;
			if (limited) {
				driver.setNetworkTimeout(null, limitMillis);
			}
			driver.execSQLUpdate("ROLLBACK");
			if (limited) {
				driver.setNetworkTimeout(null, timeout);
			}
			done = true;
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Could not roll back a transaction that was left open: closing the connection", ex);
		}
		finally {
			if (!done) {
				abort(driver);
			}
		}
	}

	/**
	 * Closes a connection without waiting for the server.
	 * @param driver the driver's connection
	 */
	public static void abort(BaseConnection driver) {
		try {
			driver.abort(Runnable::run);
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Could not close a connection", ex);
		}
	}

}

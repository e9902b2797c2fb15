package dev.dbpool.driver;

import java.net.SocketTimeoutException;
import java.sql.SQLException;

import com.zaxxer.hikari.SQLExceptionOverride;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What the pool makes of exceptions of a connection to a transaction pooler. They keep
 * their type and state. Thread-safe.
 */
public final class PoolerExceptions implements SQLExceptionOverride {

	private static final String FEATURE_NOT_SUPPORTED = "0A000";

	private final PhysicalDataSource pool;

	/**
	 * Creates it for one pool.
	 * @param pool what opens its connections
	 */
	public PoolerExceptions(PhysicalDataSource pool) {
		this.pool = pool;
	}

	@java.lang.Override
	public Override adjudicate(SQLException ex) {
		if (isStalePlan(ex)) {
			this.pool.counts().stalePlans().incrementAndGet();
			// A new connection would meet the same plan.
			return Override.DO_NOT_EVICT;
		}
		if (isSocketTimeout(ex)) {
			this.pool.counts().silence().set(System.nanoTime());
		}
		if (isSocketTimeout(ex) && ex.getSuppressed().length == 0) {
			ex.addSuppressed(new SQLException(
					"No answer within socketTimeout. Behind a transaction pooler that may be a statement which waited for a server connection: "
							+ "then the pooler is full, see cl_waiting in SHOW POOLS of its console. A statement that runs longer needs a larger "
							+ "db-pool.socket-timeout."));
		}
		return Override.CONTINUE_EVICT;
	}

	/**
	 * "cached plan must not change result type", in whatever language.
	 */
	private static boolean isStalePlan(SQLException ex) {
		if (FEATURE_NOT_SUPPORTED.equals(ex.getSQLState()) && ex instanceof PSQLException driverException) {
			ServerErrorMessage message = driverException.getServerErrorMessage();
			return message != null && "RevalidateCachedQuery".equals(message.getRoutine());
		}
		return false;
	}

	private static boolean isSocketTimeout(SQLException ex) {
		for (Throwable cause = ex.getCause(); cause != null; cause = cause.getCause()) {
			if (cause instanceof SocketTimeoutException) {
				return true;
			}
		}
		return false;
	}

}

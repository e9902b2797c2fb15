package dev.dbpool.lease;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariPoolMXBean;
import org.jspecify.annotations.Nullable;

/**
 * What a thread is told that waited for a physical connection in vain: the exception of
 * Hikari, and who holds the connections.
 */
final class AcquisitionTimeout {

	private static final int SHOWN_LEASES = 3;

	private AcquisitionTimeout() {
	}

	/**
	 * Returns the exception of a thread that waited in front of the pool, or there and in
	 * it.
	 * @param waitedNanos the whole wait
	 * @param failure why the pool could not connect; {@code null} if it could
	 */
	static SQLTransientConnectionException of(LeasingDataSource source, long waitedNanos,
			@Nullable SQLException failure) {
		HikariPoolMXBean pool = source.pool().getHikariPoolMXBean();
		String message = "%s - Connection is not available, request timed out after %dms (total=%d, active=%d, idle=%d, waiting=%d)"
			.formatted(source.pool().getPoolName(), TimeUnit.NANOSECONDS.toMillis(waitedNanos),
					(pool != null) ? pool.getTotalConnections() : 0, (pool != null) ? pool.getActiveConnections() : 0,
					(pool != null) ? pool.getIdleConnections() : 0, source.waiting());
		SQLTransientConnectionException timeout = new SQLTransientConnectionException(message + blame(source),
				(failure != null) ? failure.getSQLState() : null, (failure != null) ? failure.getErrorCode() : 0,
				failure);
		timeout.setNextException(failure);
		return timeout;
	}

	/**
	 * Returns the exception of a thread that waited in the pool alone, whose exception
	 * tells all of it.
	 */
	static SQLTransientConnectionException of(LeasingDataSource source, SQLTransientConnectionException ex,
			@Nullable SQLException failure) {
		SQLTransientConnectionException timeout = new SQLTransientConnectionException(ex.getMessage() + blame(source),
				ex.getSQLState(), ex.getErrorCode(), (failure != null) ? failure : ex.getCause());
		timeout.setNextException(failure);
		timeout.setStackTrace(ex.getStackTrace());
		return timeout;
	}

	private static String blame(LeasingDataSource source) {
		StringBuilder blame = new StringBuilder();
		List<LeaseSnapshot> leases = source.ledger().leases();
		if (!leases.isEmpty()) {
			blame.append(". Longest leases of ").append(leases.size()).append(": ");
			blame.append(String.join("; ", leases.stream().limit(SHOWN_LEASES).map(LeaseSnapshot::inWords).toList()));
		}
		String pooler = source.counts().blame(source.ledger().running());
		if (!pooler.isEmpty()) {
			blame.append(". ").append(pooler);
		}
		return blame.toString();
	}

}

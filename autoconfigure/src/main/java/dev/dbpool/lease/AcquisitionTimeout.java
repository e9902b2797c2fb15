package dev.dbpool.lease;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes the exception of a borrower that timed out: Hikari's own, with who holds the
 * connections added.
 */
final class AcquisitionTimeout {

	private static final int SHOWN_LEASES = 3;

	private AcquisitionTimeout() {
	}

	/**
	 * Returns the exception of a thread that waited in front of the pool, or there and in
	 * it.
	 * @param waitedNanos the whole wait
	 */
	static SQLTransientConnectionException of(PhysicalPool pool, LeaseLedger ledger, long waitedNanos) {
		PoolFigures figures = pool.figures();
		SQLException failure = pool.lastFailure();
		String message = "%s - Connection is not available, request timed out after %dms (total=%d, active=%d, idle=%d, waiting=%d)"
			.formatted(pool.name(), TimeUnit.NANOSECONDS.toMillis(waitedNanos), figures.total(), figures.active(),
					figures.idle(), figures.waiting());
		SQLTransientConnectionException timeout = new SQLTransientConnectionException(message + blame(pool, ledger),
				(failure != null) ? failure.getSQLState() : null, (failure != null) ? failure.getErrorCode() : 0,
				failure);
		timeout.setNextException(failure);
		return timeout;
	}

	/**
	 * Returns the exception of a thread that waited in the pool alone, whose exception
	 * tells all of it.
	 */
	static SQLTransientConnectionException of(PhysicalPool pool, LeaseLedger ledger,
			SQLTransientConnectionException ex) {
		SQLException failure = pool.lastFailure();
		SQLTransientConnectionException timeout = new SQLTransientConnectionException(
				ex.getMessage() + blame(pool, ledger), ex.getSQLState(), ex.getErrorCode(),
				(failure != null) ? failure : ex.getCause());
		timeout.setNextException(failure);
		timeout.setStackTrace(ex.getStackTrace());
		return timeout;
	}

	private static String blame(PhysicalPool pool, LeaseLedger ledger) {
		StringBuilder blame = new StringBuilder();
		List<LeaseSnapshot> leases = ledger.leases();
		if (!leases.isEmpty()) {
			blame.append(". Longest leases of ").append(leases.size()).append(": ");
			blame.append(String.join("; ", leases.stream().limit(SHOWN_LEASES).map(LeaseSnapshot::inWords).toList()));
		}
		String pooler = pool.counts().blame(ledger.running());
		if (!pooler.isEmpty()) {
			blame.append(". ").append(pooler);
		}
		return blame.toString();
	}

}

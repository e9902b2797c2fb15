package dev.dbpool.actuate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.dbpool.lease.LeaseLedger;
import dev.dbpool.lease.LeaseSnapshot;
import dev.dbpool.monitor.PoolMonitor;
import dev.dbpool.queue.LeaseTotals;
import org.jspecify.annotations.Nullable;

/**
 * The leases of one data source.
 *
 * @param active the leases of this moment, the oldest first
 * @param waiting borrowers that wait in front of the pool
 * @param waitingContinuing those of them that had a lease before, and go first
 * @param total leases that have ended since the start
 * @param busyMillis how long a statement ran or rows were fetched in them
 * @param statements statements that were executed in them
 * @param suspects leases that have outlived their threshold since the start
 * @param reclaimed leases that were taken back since the start, because the application
 * could not use them any more
 */
public record LeasesReport(List<LeaseDescriptor> active, int waiting, int waitingContinuing, long total,
		long busyMillis, long statements, long suspects, long reclaimed) {

	static Map<String, LeasesReport> of(List<PoolMonitor> monitors) {
		Map<String, LeasesReport> reports = new LinkedHashMap<>();
		monitors.forEach((monitor) -> reports.put(monitor.name(), of(monitor.ledger())));
		return reports;
	}

	private static LeasesReport of(LeaseLedger ledger) {
		LeaseTotals totals = ledger.totals();
		return new LeasesReport(ledger.leases().stream().map(LeaseDescriptor::of).toList(), ledger.waiting(),
				ledger.waitingContinuing(), totals.leases(), millis(totals.busyNanos()), totals.statements(),
				ledger.suspects(), ledger.reclaimed());
	}

	private static long millis(long nanos) {
		return Duration.ofNanos(nanos).toMillis();
	}

	/**
	 * One lease.
	 *
	 * @param owner the thread that acquired it
	 * @param transaction the name of its transaction
	 * @param ageMillis for how long it has lasted
	 * @param busyMillis for how long of that a statement ran or rows were fetched
	 * @param idleMillis the rest
	 * @param statements how many statements were executed
	 * @param lastSql the last of them, without literals, shortened
	 * @param state {@code leased}, {@code in transaction} or {@code pinned}
	 * @param pin what it is pinned by
	 * @param suspect whether it has outlived its threshold
	 * @param stack where it was acquired, or what its owner was doing when it became a
	 * suspect, if that is captured
	 */
	public record LeaseDescriptor(String owner, @Nullable String transaction, long ageMillis, long busyMillis,
			long idleMillis, long statements, @Nullable String lastSql, String state, @Nullable String pin,
			boolean suspect, List<String> stack) {

		static LeaseDescriptor of(LeaseSnapshot lease) {
			List<StackTraceElement> stack = lease.acquired().isEmpty() ? lease.sample() : lease.acquired();
			return new LeaseDescriptor(lease.owner(), lease.transaction(), lease.age().toMillis(),
					lease.busy().toMillis(), lease.age().toMillis() - lease.busy().toMillis(), lease.statements(),
					lease.lastSql(), lease.state().toString(), lease.pin(), lease.suspect(),
					stack.stream().map(StackTraceElement::toString).toList());
		}

	}

}

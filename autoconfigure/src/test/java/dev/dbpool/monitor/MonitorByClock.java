package dev.dbpool.monitor;

import java.util.List;
import java.util.function.LongSupplier;

import dev.dbpool.lease.LeasingDataSource;

/**
 * Starts to watch a pool with a clock of the test's.
 */
public final class MonitorByClock {

	private MonitorByClock() {
	}

	public static PoolMonitors start(LeasingDataSource dataSource, LongSupplier clock) {
		List<PoolMonitor> monitor = List.of(new PoolMonitor("dataSource", dataSource, clock));
		return new PoolMonitors(() -> monitor, null);
	}

}

package dev.dbpool.monitor;

import java.util.function.LongSupplier;

import javax.sql.DataSource;

/**
 * Starts a monitor with a clock of the test's.
 */
public final class MonitorByClock {

	private MonitorByClock() {
	}

	public static PoolMonitor start(DataSource dataSource, LongSupplier clock) {
		return new PoolMonitor(dataSource, clock);
	}

}

package dev.dbpool.monitor;

import java.util.function.LongSupplier;

import dev.dbpool.driver.ConnectionCounts;
import dev.dbpool.lease.LeaseLedger;
import dev.dbpool.lease.LeasingDataSource;
import dev.dbpool.lease.PoolFigures;

/**
 * Watches a pool without borrowing from it. Thread-safe.
 */
public final class PoolMonitor {

	private final String name;

	private final LeasingDataSource dataSource;

	private final ConnectionCounts counts;

	private final LongSupplier clock;

	private final Pressure pressure = new Pressure();

	/**
	 * Creates the monitor. {@link PoolMonitors} lets it watch.
	 * @param name the name of the data source's bean
	 * @param dataSource the pool
	 */
	public PoolMonitor(String name, LeasingDataSource dataSource) {
		this(name, dataSource, System::nanoTime);
	}

	PoolMonitor(String name, LeasingDataSource dataSource, LongSupplier clock) {
		this.name = name;
		this.dataSource = dataSource;
		this.clock = clock;
		this.counts = dataSource.pool().counts();
	}

	/**
	 * Returns the name of the data source's bean.
	 * @return always the same
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Returns the ledger of the pool's leases.
	 * @return always the same
	 */
	public LeaseLedger ledger() {
		return this.dataSource.ledger();
	}

	/**
	 * Returns the pool as it is now.
	 * @return the snapshot
	 */
	public PoolSnapshot snapshot() {
		PoolFigures figures = this.dataSource.pool().figures();
		int total = figures.total();
		// The counts are read one after the other: do not let them contradict each other.
		int checkedOut = Math.min(figures.active(), total);
		boolean pressed = this.pressure.observe(figures.maximum(), checkedOut, figures.waiting(),
				this.clock.getAsLong());
		PoolState state;
		if (figures.closed()) {
			state = PoolState.STOPPED;
		}
		else if (!figures.started()) {
			state = PoolState.STARTING;
		}
		else if (total >= figures.maximum() && checkedOut == total && figures.waiting() > 0) {
			state = PoolState.EXHAUSTED;
		}
		else {
			state = pressed ? PoolState.PRESSURE : PoolState.OK;
		}
		return new PoolSnapshot(state, figures.size(), figures.maximum(), total, checkedOut, figures.waiting(),
				this.counts.invalid().sum(), this.dataSource.ledger().timeouts(), this.counts.queued().sum());
	}

}

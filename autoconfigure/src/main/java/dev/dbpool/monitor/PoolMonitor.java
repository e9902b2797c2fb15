package dev.dbpool.monitor;

import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import javax.sql.DataSource;

import dev.dbpool.driver.ConnectionCounts;
import dev.dbpool.lease.LeaseLedger;
import dev.dbpool.lease.LeasingDataSource;
import dev.dbpool.lease.PoolFigures;
import dev.dbpool.lease.Unstoppable;

/**
 * Watches a pool without borrowing from it. Thread-safe.
 */
public final class PoolMonitor implements AutoCloseable {

	private static final long SAMPLE_MILLIS = 250;

	private final LeasingDataSource dataSource;

	private final Map<String, LeaseLedger> ledgers = Collections.synchronizedMap(new LinkedHashMap<>());

	private final ConnectionCounts counts;

	private final LongSupplier clock;

	private final Pressure pressure = new Pressure();

	private final Unstoppable watcher = new Unstoppable();

	private final ScheduledExecutorService sampler;

	/**
	 * Starts to watch.
	 * @param dataSource the pool, wrapped by a {@link LeasingDataSource} at some depth
	 * @throws IllegalStateException if there is none
	 */
	public PoolMonitor(DataSource dataSource) {
		this(dataSource, System::nanoTime);
	}

	PoolMonitor(DataSource dataSource, LongSupplier clock) {
		this.dataSource = leasing(dataSource);
		this.ledgers.put("dataSource", this.dataSource.ledger());
		this.clock = clock;
		this.counts = this.dataSource.pool().counts();
		this.sampler = Executors.newSingleThreadScheduledExecutor((task) -> {
			Thread thread = new Thread(task, "db-pool-monitor");
			thread.setDaemon(true);
			return thread;
		});
		this.sampler.scheduleAtFixedRate(() -> this.watcher.run(this::watch), SAMPLE_MILLIS, SAMPLE_MILLIS,
				TimeUnit.MILLISECONDS);
	}

	private static LeasingDataSource leasing(DataSource dataSource) {
		try {
			return dataSource.unwrap(LeasingDataSource.class);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Connections of this data source are not leased: " + dataSource, ex);
		}
	}

	private void watch() {
		this.watcher.run(this::snapshot);
		ledgers().values().forEach((ledger) -> this.watcher.run(ledger::watch));
	}

	/**
	 * Watches the leases of another data source too.
	 * @param name the name of its bean
	 * @param dataSource a {@link LeasingDataSource} at some depth
	 * @throws IllegalStateException if it is none
	 */
	public void add(String name, DataSource dataSource) {
		this.ledgers.put(name, leasing(dataSource).ledger());
	}

	/**
	 * Returns the ledgers of all data sources that are watched.
	 * @return the ledgers by the names of the data sources' beans, that of the pool first
	 */
	public Map<String, LeaseLedger> ledgers() {
		synchronized (this.ledgers) {
			return Collections.unmodifiableMap(new LinkedHashMap<>(this.ledgers));
		}
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

	@Override
	public void close() {
		this.sampler.shutdownNow();
	}

}

package dev.dbpool.lease;

import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariPoolMXBean;

/**
 * Watches a pool without borrowing from it. Thread-safe.
 */
public final class PoolMonitor implements AutoCloseable {

	private static final long SAMPLE_MILLIS = 250;

	private final LeasingDataSource dataSource;

	private final Map<String, LeaseLedger> ledgers = Collections.synchronizedMap(new LinkedHashMap<>());

	private final PoolCounts counts;

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
		this.counts = this.dataSource.counts();
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
		int maximum = this.dataSource.pool().getMaximumPoolSize();
		int minimumIdle = this.dataSource.pool().getMinimumIdle();
		// Before the pool has started, Hikari has -1 for "as many as the maximum".
		int size = (minimumIdle < 0) ? maximum : Math.min(minimumIdle, maximum);
		HikariPoolMXBean pool = this.dataSource.pool().getHikariPoolMXBean();
		int total = (pool != null) ? pool.getTotalConnections() : 0;
		// The counts are read one after the other: do not let them contradict each other.
		int checkedOut = (pool != null) ? Math.min(pool.getActiveConnections(), total) : 0;
		int waiting = this.dataSource.waiting();
		boolean pressed = this.pressure.observe(maximum, checkedOut, waiting, this.clock.getAsLong());
		PoolState state;
		if (this.dataSource.pool().isClosed()) {
			state = PoolState.STOPPED;
		}
		else if (pool == null) {
			state = PoolState.STARTING;
		}
		else if (total >= maximum && checkedOut == total && waiting > 0) {
			state = PoolState.EXHAUSTED;
		}
		else {
			state = pressed ? PoolState.PRESSURE : PoolState.OK;
		}
		return new PoolSnapshot(state, size, maximum, total, checkedOut, waiting, this.counts.invalid().sum(),
				this.dataSource.ledger().timeouts(), this.counts.queued().sum());
	}

	@Override
	public void close() {
		this.sampler.shutdownNow();
	}

}

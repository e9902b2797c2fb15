package dev.dbpool.monitor;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.dbpool.lease.Unstoppable;
import org.jspecify.annotations.Nullable;

/**
 * Lets the monitors of all pools watch, four times a second, in one thread. Thread-safe.
 */
public final class PoolMonitors implements AutoCloseable {

	private static final long SAMPLE_MILLIS = 250;

	private final Supplier<List<PoolMonitor>> monitors;

	private final @Nullable DailyLine daily;

	private final Unstoppable watcher = new Unstoppable();

	private final ScheduledExecutorService sampler;

	/**
	 * Starts to watch.
	 * @param monitors returns the monitors of the pools that are there
	 * @param daily what is logged once a day; {@code null} for nothing
	 */
	public PoolMonitors(Supplier<List<PoolMonitor>> monitors, @Nullable DailyLine daily) {
		this.monitors = monitors;
		this.daily = daily;
		this.sampler = Executors.newSingleThreadScheduledExecutor((task) -> {
			Thread thread = new Thread(task, "db-pool-monitor");
			thread.setDaemon(true);
			return thread;
		});
		this.sampler.scheduleAtFixedRate(() -> this.watcher.run(this::watch), SAMPLE_MILLIS, SAMPLE_MILLIS,
				TimeUnit.MILLISECONDS);
	}

	private void watch() {
		for (PoolMonitor monitor : all()) {
			this.watcher.run(monitor::snapshot);
			this.watcher.run(monitor.ledger()::watch);
		}
		if (this.daily != null) {
			this.watcher.run(() -> this.daily.watch(System.nanoTime()));
		}
	}

	/**
	 * Returns the monitors of the pools that are there.
	 * @return the monitors, that of the application's main pool first
	 */
	public List<PoolMonitor> all() {
		return this.monitors.get();
	}

	@Override
	public void close() {
		this.sampler.shutdownNow();
	}

}

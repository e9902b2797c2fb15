package dev.dbpool.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.IMetricsTracker;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import com.zaxxer.hikari.metrics.PoolStats;
import dev.dbpool.CaptureStacks;
import dev.dbpool.lease.ConnectionRules;
import dev.dbpool.lease.LeaseSettings;
import dev.dbpool.lease.LeasingDataSource;
import dev.dbpool.lease.SqlCheck;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TurnstileMetricsTests {

	private final RecordingFactory factory = new RecordingFactory();

	private int waiting;

	private final TurnstileMetrics metrics = new TurnstileMetrics(this.factory, () -> this.waiting);

	private IMetricsTracker create() {
		return this.metrics.create("pool", new HikariStats());
	}

	@Test
	void addsTheWaitersToThePendingThreads() {
		create();
		PoolStats stats = this.factory.stats;
		assertThat(stats.getPendingThreads()).isEqualTo(4);
		this.waiting = 3;
		assertThat(stats.getPendingThreads()).isEqualTo(7);
		assertThat(this.factory.poolName).isEqualTo("pool");
	}

	@Test
	void passesOnTheOtherFigures() {
		create();
		this.waiting = 100;
		PoolStats stats = this.factory.stats;
		assertThat(List.of(stats.getTotalConnections(), stats.getIdleConnections(), stats.getActiveConnections(),
				stats.getMaxConnections(), stats.getMinConnections()))
			.containsExactly(1, 2, 3, 5, 6);
	}

	@Test
	void passesOnWhatHikariRecords() {
		IMetricsTracker tracker = create();
		tracker.recordConnectionCreatedMillis(1);
		tracker.recordConnectionAcquiredNanos(2);
		tracker.recordConnectionUsageMillis(3);
		tracker.recordConnectionTimeout();
		tracker.close();
		assertThat(this.factory.recorded).containsExactly("created 1", "acquired 2", "usage 3", "timeout", "close");
	}

	@Test
	void addsAWaitToTheAcquisitionThatFollows() {
		IMetricsTracker tracker = create();
		this.metrics.waited(10);
		tracker.recordConnectionCreatedMillis(1);
		tracker.recordConnectionAcquiredNanos(2);
		tracker.recordConnectionAcquiredNanos(3);
		assertThat(this.factory.recorded).containsExactly("created 1", "acquired 12", "acquired 3");
	}

	@Test
	void addsAWaitOnItsThreadOnly() throws Exception {
		IMetricsTracker tracker = create();
		this.metrics.waited(10);
		CompletableFuture.runAsync(() -> tracker.recordConnectionAcquiredNanos(1)).get(60, TimeUnit.SECONDS);
		tracker.recordConnectionAcquiredNanos(2);
		assertThat(this.factory.recorded).containsExactly("acquired 1", "acquired 12");
	}

	@Test
	void forgetsAWaitWhoseAcquisitionWasNotRecorded() {
		IMetricsTracker tracker = create();
		this.metrics.waited(10);
		this.metrics.forgetWait();
		this.metrics.forgetWait();
		tracker.recordConnectionAcquiredNanos(2);
		assertThat(this.factory.recorded).containsExactly("acquired 2");
	}

	@Test
	void recordsATimeoutAsHikariDoes() {
		IMetricsTracker tracker = create();
		this.metrics.timedOut(10);
		tracker.recordConnectionAcquiredNanos(2);
		assertThat(this.factory.recorded).containsExactly("acquired 10", "timeout", "acquired 2");
	}

	@Test
	void recordsNothingWithoutAPool() {
		this.metrics.waited(10);
		this.metrics.timedOut(10);
		IMetricsTracker tracker = create();
		tracker.recordConnectionAcquiredNanos(2);
		tracker.close();
		this.metrics.timedOut(10);
		assertThat(this.factory.recorded).containsExactly("acquired 2", "close");
	}

	@Test
	void takesAnEmptySlotOnce() {
		try (HikariDataSource pool = new HikariDataSource()) {
			LeasingDataSource dataSource = dataSource(pool);
			dataSource.measureWith(this.factory);
			MetricsTrackerFactory metrics = pool.getMetricsTrackerFactory();
			assertThat(metrics).isInstanceOf(TurnstileMetrics.class);
			dataSource.measureWith(new RecordingFactory());
			assertThat(pool.getMetricsTrackerFactory()).isSameAs(metrics);
		}
	}

	@Test
	void leavesTheUsersFactoryAlone() {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setMetricsTrackerFactory(this.factory);
			LeasingDataSource dataSource = dataSource(pool);
			dataSource.measureWith(new RecordingFactory());
			assertThat(pool.getMetricsTrackerFactory()).isSameAs(this.factory);
		}
	}

	@Test
	void leavesTheUsersRegistryAlone() {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setMetricRegistry(new SimpleMeterRegistry());
			LeasingDataSource dataSource = dataSource(pool);
			dataSource.measureWith(this.factory);
			assertThat(pool.getMetricsTrackerFactory()).isNull();
		}
	}

	private static LeasingDataSource dataSource(HikariDataSource pool) {
		return new LeasingDataSource(pool, pool, ConnectionRules.direct(false, SqlCheck.NONE),
				new LeaseSettings(Duration.ofSeconds(30), Duration.ofSeconds(2), CaptureStacks.NEVER));
	}

	private static final class HikariStats extends PoolStats {

		private HikariStats() {
			super(1000);
		}

		@Override
		protected void update() {
			this.totalConnections = 1;
			this.idleConnections = 2;
			this.activeConnections = 3;
			this.pendingThreads = 4;
			this.maxConnections = 5;
			this.minConnections = 6;
		}

	}

	private static final class RecordingFactory implements MetricsTrackerFactory {

		private final List<String> recorded = new ArrayList<>();

		private String poolName;

		private PoolStats stats;

		@Override
		public IMetricsTracker create(String poolName, PoolStats stats) {
			this.poolName = poolName;
			this.stats = stats;
			return new IMetricsTracker() {

				@Override
				public void recordConnectionCreatedMillis(long millis) {
					RecordingFactory.this.recorded.add("created " + millis);
				}

				@Override
				public void recordConnectionAcquiredNanos(long nanos) {
					RecordingFactory.this.recorded.add("acquired " + nanos);
				}

				@Override
				public void recordConnectionUsageMillis(long millis) {
					RecordingFactory.this.recorded.add("usage " + millis);
				}

				@Override
				public void recordConnectionTimeout() {
					RecordingFactory.this.recorded.add("timeout");
				}

				@Override
				public void close() {
					RecordingFactory.this.recorded.add("close");
				}

			};
		}

	}

}

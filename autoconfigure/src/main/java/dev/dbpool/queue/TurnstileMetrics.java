package dev.dbpool.queue;

import java.util.function.IntSupplier;

import com.zaxxer.hikari.metrics.IMetricsTracker;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import com.zaxxer.hikari.metrics.PoolStats;
import org.jspecify.annotations.Nullable;

/**
 * Keeps Hikari's metrics true although borrowers wait in front of Hikari: a waiting
 * thread counts as pending, its wait is part of the acquisition, and giving up is a
 * timeout. Thread-safe. Nothing is measured until the pool has started.
 */
public final class TurnstileMetrics implements MetricsTrackerFactory {

	private final MetricsTrackerFactory target;

	private final IntSupplier waiting;

	// Has a value only between a wait and the acquisition that follows it.
	private final ThreadLocal<@Nullable Long> waited = new ThreadLocal<>();

	private volatile @Nullable IMetricsTracker tracker;

	/**
	 * Measures by means of another factory.
	 * @param target what makes the trackers
	 * @param waiting how many threads wait in front of Hikari; asked from any thread
	 */
	public TurnstileMetrics(MetricsTrackerFactory target, IntSupplier waiting) {
		this.target = target;
		this.waiting = waiting;
	}

	@Override
	public IMetricsTracker create(String poolName, PoolStats poolStats) {
		IMetricsTracker tracker = this.target.create(poolName, new Stats(poolStats));
		this.tracker = tracker;
		return new Tracker(tracker);
	}

	/**
	 * Adds a wait to what Hikari records next on this thread, which is the acquisition
	 * that follows, whether it succeeds or times out.
	 * @param nanos how long this thread waited
	 */
	public void waited(long nanos) {
		if (this.tracker != null) {
			this.waited.set(nanos);
		}
	}

	/**
	 * Forgets a wait, if there was one and Hikari has not recorded an acquisition: it
	 * does not where one fails by interruption, or because the pool is closed.
	 */
	public void forgetWait() {
		this.waited.remove();
	}

	/**
	 * Records that this thread gave up before it came to Hikari, as Hikari does it.
	 * @param waitedNanos how long it waited
	 */
	public void timedOut(long waitedNanos) {
		IMetricsTracker tracker = this.tracker;
		if (tracker != null) {
			tracker.recordConnectionAcquiredNanos(waitedNanos);
			tracker.recordConnectionTimeout();
		}
	}

	private final class Tracker implements IMetricsTracker {

		private final IMetricsTracker target;

		private Tracker(IMetricsTracker target) {
			this.target = target;
		}

		@Override
		public void recordConnectionCreatedMillis(long connectionCreatedMillis) {
			this.target.recordConnectionCreatedMillis(connectionCreatedMillis);
		}

		@Override
		public void recordConnectionAcquiredNanos(long elapsedAcquiredNanos) {
			Long waited = TurnstileMetrics.this.waited.get();
			if (waited != null) {
				TurnstileMetrics.this.waited.remove();
				this.target.recordConnectionAcquiredNanos(waited + elapsedAcquiredNanos);
			}
			else {
				this.target.recordConnectionAcquiredNanos(elapsedAcquiredNanos);
			}
		}

		@Override
		public void recordConnectionUsageMillis(long elapsedBorrowedMillis) {
			this.target.recordConnectionUsageMillis(elapsedBorrowedMillis);
		}

		@Override
		public void recordConnectionTimeout() {
			this.target.recordConnectionTimeout();
		}

		@Override
		public void close() {
			TurnstileMetrics.this.tracker = null;
			this.target.close();
		}

	}

	/**
	 * Hikari's figures, which it keeps for a second, with the present waiters added.
	 */
	private final class Stats extends PoolStats {

		private final PoolStats hikari;

		private Stats(PoolStats hikari) {
			super(0);
			this.hikari = hikari;
		}

		@Override
		public int getTotalConnections() {
			return this.hikari.getTotalConnections();
		}

		@Override
		public int getIdleConnections() {
			return this.hikari.getIdleConnections();
		}

		@Override
		public int getActiveConnections() {
			return this.hikari.getActiveConnections();
		}

		@Override
		public int getPendingThreads() {
			return this.hikari.getPendingThreads() + TurnstileMetrics.this.waiting.getAsInt();
		}

		@Override
		public int getMaxConnections() {
			return this.hikari.getMaxConnections();
		}

		@Override
		public int getMinConnections() {
			return this.hikari.getMinConnections();
		}

		@Override
		protected void update() {
			// Nothing is kept here.
		}

	}

}

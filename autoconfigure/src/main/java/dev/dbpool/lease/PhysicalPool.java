package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLWarning;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import com.zaxxer.hikari.pool.HikariPool;
import dev.dbpool.driver.ConnectionCounts;
import dev.dbpool.driver.Disconnects;
import dev.dbpool.driver.OpenTransaction;
import dev.dbpool.driver.PhysicalDataSource;
import dev.dbpool.queue.Place;
import dev.dbpool.queue.Turnstile;
import dev.dbpool.queue.TurnstileMetrics;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

/**
 * The pool below the leases, and the turnstile in front of it. The only class above the
 * pool that talks to Hikari. Thread-safe.
 */
public final class PhysicalPool {

	private static final Log logger = LogFactory.getLog(PhysicalPool.class);

	private final DataSource target;

	private final HikariDataSource hikari;

	private final int serverConnections;

	private final ConnectionCounts counts;

	private final PoolStart start;

	private final Turnstile turnstile = new Turnstile();

	// Mutable state

	/**
	 * Why the pool could not connect, if that was what the last borrower was told.
	 */
	private volatile @Nullable SQLException lastFailure;

	private volatile boolean postgres;

	private volatile @Nullable TurnstileMetrics metrics;

	/**
	 * Creates it.
	 * @param target the pool or a wrapper of it
	 * @param hikari the pool itself
	 * @param serverConnections as in {@link ConnectionRules#serverConnections()}
	 */
	PhysicalPool(DataSource target, HikariDataSource hikari, int serverConnections) {
		this.target = target;
		this.hikari = hikari;
		this.serverConnections = serverConnections;
		this.counts = PhysicalDataSource.countsOf(hikari);
		this.start = new PoolStart(target);
	}

	void measureWith(MetricsTrackerFactory factory) {
		if (this.hikari.getMetricsTrackerFactory() == null && this.hikari.getMetricRegistry() == null) {
			TurnstileMetrics metrics = new TurnstileMetrics(factory, this.turnstile::waiting);
			this.metrics = metrics;
			this.hikari.setMetricsTrackerFactory(metrics);
		}
	}

	/**
	 * Returns how many leases there may be at a time. One that the pooler has no server
	 * connection for would wait in the pooler's queue, where it blocks what it holds for
	 * longer than a borrower may wait here.
	 */
	int places() {
		return Math.min(this.hikari.getMaximumPoolSize(), this.serverConnections);
	}

	@Nullable Place tryEnter() {
		return this.turnstile.tryEnter(places());
	}

	/**
	 * Waits for a place. As in Hikari, the time limit does not count while the pool is
	 * suspended.
	 * @param first whether to go before newcomers
	 * @return {@code null} if there was none in time
	 */
	@Nullable Place enter(boolean first) throws InterruptedException {
		Place place;
		boolean suspended;
		do {
			suspended = isSuspended();
			place = this.turnstile.enter(first, timeoutNanos());
		}
		while (place == null && (suspended || isSuspended()));
		return place;
	}

	private boolean isSuspended() {
		HikariPool running = running();
		return this.hikari.isAllowPoolSuspension() && running != null && running.poolState == HikariPool.POOL_SUSPENDED;
	}

	/**
	 * Hikari's own type, for what its interfaces do not offer: a borrow with a time limit
	 * of its own, without which a borrower would wait for its whole time here and then
	 * once more there; and whether the pool is suspended.
	 */
	private @Nullable HikariPool running() {
		return (this.hikari.getHikariPoolMXBean() instanceof HikariPool running) ? running : null;
	}

	private long timeoutNanos() {
		return TimeUnit.MILLISECONDS.toNanos(this.hikari.getConnectionTimeout());
	}

	/**
	 * Whether the pool has connected yet.
	 */
	boolean isStarting() {
		return this.hikari.getHikariPoolMXBean() == null && !this.hikari.isClosed();
	}

	/**
	 * Starts the pool, or waits until another thread has started it.
	 * @param began when the wait began, by {@link System#nanoTime()}
	 * @return a connection; {@code null} if another thread has the first one
	 */
	@Nullable Connection start(long began) throws SQLException, InterruptedException, TimeoutException {
		return this.start.await(timeoutNanos() - (System.nanoTime() - began));
	}

	/**
	 * Borrows a connection, for as long as is left of the time that the whole may take.
	 * @param waited how long the thread has waited already, in nanoseconds
	 * @throws SQLTransientConnectionException if there was none in time; then
	 * {@link #lastFailure()} tells whether the pool could not connect
	 */
	Connection borrow(long waited) throws SQLException {
		TurnstileMetrics metrics = (waited > 0) ? this.metrics : null;
		HikariPool running = (waited > 0 && this.target == this.hikari) ? running() : null;
		try {
			if (metrics != null) {
				metrics.waited(waited);
			}
			Connection physical = (running != null) ? running.getConnection(left(waited)) : this.target.getConnection();
			if (this.lastFailure != null) {
				this.lastFailure = null;
			}
			return physical;
		}
		catch (SQLTransientConnectionException ex) {
			this.lastFailure = (ex.getCause() instanceof SQLException failure) ? Disconnects.withoutStream(failure)
					: null;
			throw ex;
		}
		finally {
			if (metrics != null) {
				metrics.forgetWait();
			}
		}
	}

	private long left(long waitedNanos) {
		return Math.max(1, this.hikari.getConnectionTimeout() - TimeUnit.NANOSECONDS.toMillis(waitedNanos));
	}

	@Nullable SQLException lastFailure() {
		return this.lastFailure;
	}

	/**
	 * Records that a thread gave up before it came to the pool.
	 */
	void timedOut(long waitedNanos) {
		TurnstileMetrics metrics = this.metrics;
		if (metrics != null) {
			metrics.timedOut(waitedNanos);
		}
	}

	/**
	 * Returns the driver's own connection.
	 * @return {@code null} if it is not PostgreSQL's
	 */
	@Nullable BaseConnection driver(Connection physical) throws SQLException {
		if (!this.postgres) {
			if (!physical.isWrapperFor(BaseConnection.class)) {
				return null;
			}
			this.postgres = true;
		}
		return physical.unwrap(BaseConnection.class);
	}

	/**
	 * Whether the driver is known to be PostgreSQL's, without a connection.
	 */
	boolean isPostgres() {
		String url = this.hikari.getJdbcUrl();
		return this.postgres || (url != null && url.startsWith("jdbc:postgresql:"));
	}

	/**
	 * Ends a transaction that the application left open. A connection that does not
	 * answer in time, or that cannot roll back, is closed; the pool finds that out when
	 * it gets it back.
	 */
	void rollBack(BaseConnection driver) {
		OpenTransaction.rollBack(driver, (int) this.hikari.getValidationTimeout());
	}

	/**
	 * Gives a connection back to the pool. One that cannot be put in order is not used
	 * again: the pool sees to that after an {@link SQLException}, and is not prepared for
	 * anything else.
	 */
	void giveBack(Connection physical, @Nullable BaseConnection driver) {
		boolean inOrder = false;
		try {
			physical.close();
			inOrder = true;
		}
		catch (SQLException ex) {
			inOrder = true;
			logger.debug("A physical connection was broken when it was given back", ex);
		}
		catch (RuntimeException ex) {
			logger.debug("A physical connection could not be put in order: it is not used again", ex);
		}
		finally {
			if (!inOrder) {
				discard(physical, driver);
			}
		}
	}

	/**
	 * The pool may still take it for checked out.
	 */
	private void discard(Connection physical, @Nullable BaseConnection driver) {
		if (driver != null) {
			OpenTransaction.abort(driver);
		}
		try {
			this.hikari.evictConnection(physical);
		}
		catch (RuntimeException ex) {
			logger.debug("Could not evict a connection that could not be put in order", ex);
		}
	}

	void leave(Place place) {
		this.turnstile.leave(place);
	}

	/**
	 * Returns what a logical connection has until the application sets something else.
	 */
	RequestedState defaults(ConnectionRules rules) {
		return new RequestedState(this.hikari.isAutoCommit(), this.hikari.isReadOnly(), rules);
	}

	/**
	 * Counts the notices of a pooler that a client waits for a server connection. Those
	 * on connections are counted without it.
	 * @param warnings the warnings of a statement, if there are any
	 */
	void countNotices(@Nullable SQLWarning warnings) {
		if (warnings != null) {
			this.counts.countQueued(warnings);
		}
	}

	Turnstile turnstile() {
		return this.turnstile;
	}

	String name() {
		return this.hikari.getPoolName();
	}

	/**
	 * Returns the pool as it is now. Borrows nothing.
	 * @return the figures
	 */
	public PoolFigures figures() {
		int maximum = this.hikari.getMaximumPoolSize();
		int minimumIdle = this.hikari.getMinimumIdle();
		// Before the pool has started, Hikari has -1 for "as many as the maximum".
		int size = (minimumIdle < 0) ? maximum : Math.min(minimumIdle, maximum);
		HikariPoolMXBean pool = this.hikari.getHikariPoolMXBean();
		if (pool == null) {
			return new PoolFigures(false, this.hikari.isClosed(), size, maximum, 0, 0, 0, this.turnstile.waiting());
		}
		return new PoolFigures(true, this.hikari.isClosed(), size, maximum, pool.getTotalConnections(),
				pool.getActiveConnections(), pool.getIdleConnections(),
				this.turnstile.waiting() + pool.getThreadsAwaitingConnection());
	}

	/**
	 * Returns what the connections count together.
	 * @return always the same
	 */
	public ConnectionCounts counts() {
		return this.counts;
	}

}

package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLWarning;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import com.zaxxer.hikari.pool.HikariPool;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * The pool as the application sees it. Its connections are logical ones, which cost
 * nothing until they are used, and have a physical one only while they need it: see
 * {@link ConnectionRules#afterTransaction()}. Thread-safe.
 * <p>
 * {@code getConnection()} never waits and never fails; the first use does, with an
 * {@link SQLTransientConnectionException} as from Hikari if no physical connection was to
 * be had in time.
 */
public final class LeasingDataSource extends DelegatingDataSource {

	private static final Log logger = LogFactory.getLog(LeasingDataSource.class);

	private final HikariDataSource pool;

	private final PoolCounts counts;

	private final ConnectionRules rules;

	private final Turnstile turnstile = new Turnstile();

	private final LeaseLedger ledger;

	private final PoolStart start;

	// Mutable state

	/**
	 * Why the pool could not connect, if that was what the last borrower was told.
	 */
	private volatile @Nullable SQLException lastFailure;

	private volatile boolean postgres;

	private volatile @Nullable TurnstileMetrics metrics;

	/**
	 * Wraps a pool.
	 * @param target what physical connections are borrowed from, the pool or a wrapper of
	 * it
	 * @param pool the pool itself
	 * @param rules how connections behave
	 * @param settings what makes a lease a suspect
	 */
	public LeasingDataSource(DataSource target, HikariDataSource pool, ConnectionRules rules, LeaseSettings settings) {
		super(target);
		this.pool = pool;
		this.counts = PhysicalDataSource.countsOf(pool);
		this.rules = rules;
		this.ledger = new LeaseLedger(this.turnstile, settings, rules.throughTransactionPooler(), this::places);
		this.start = new PoolStart(target);
	}

	@Override
	public Connection getConnection() {
		return new LogicalConnection(this);
	}

	/**
	 * Returns the ledger of its leases.
	 * @return always the same
	 */
	public LeaseLedger ledger() {
		return this.ledger;
	}

	/**
	 * Publishes the pool's metrics, with what happens in front of the pool added. Has no
	 * effect on a pool that is measured already, as one is for which the user chose a
	 * factory or a registry.
	 * @param factory makes the tracker that publishes
	 */
	public void measureWith(MetricsTrackerFactory factory) {
		if (this.pool.getMetricsTrackerFactory() == null && this.pool.getMetricRegistry() == null) {
			TurnstileMetrics metrics = new TurnstileMetrics(factory, this.turnstile::waiting);
			this.metrics = metrics;
			this.pool.setMetricsTrackerFactory(metrics);
		}
	}

	/**
	 * Returns how many leases there may be at a time. One that the pooler has no server
	 * connection for would wait in the pooler's queue, where it blocks what it holds for
	 * longer than anyone may wait here.
	 */
	private int places() {
		return Math.min(this.pool.getMaximumPoolSize(), this.rules.serverConnections());
	}

	/**
	 * Begins a lease.
	 * @param what what is counted in it first
	 */
	Lease acquire(LeaseHolder connection, long what, boolean continues) throws SQLException {
		long start = 0;
		Place place = this.turnstile.tryEnter(places());
		if (place == null) {
			start = System.nanoTime();
			place = enter(continues, start);
		}
		Connection physical = null;
		boolean begun = false;
		try {
			physical = borrow(start);
			Lease lease = new Lease(this, place, connection, physical, driver(physical), what,
					this.ledger.recordsStacks());
			place.begin(lease);
			Work.leased();
			begun = true;
			return lease;
		}
		finally {
			if (!begun) {
				try {
					if (physical != null) {
						giveBack(physical, null);
					}
				}
				finally {
					leave(place);
				}
			}
		}
	}

	/**
	 * Waits for a place. As in Hikari, the time limit does not count while the pool is
	 * suspended.
	 */
	private Place enter(boolean continues, long start) throws SQLException {
		try {
			boolean first = continues || Work.isCurrentContinuing() || this.ledger.holdsLease(Thread.currentThread());
			Place place;
			boolean suspended;
			do {
				suspended = isSuspended();
				place = this.turnstile.enter(first, timeoutNanos());
			}
			while (place == null && (suspended || isSuspended()));
			if (place != null) {
				return place;
			}
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
		throw timedOut(start, this.lastFailure);
	}

	private boolean isSuspended() {
		return this.pool.isAllowPoolSuspension() && this.pool.getHikariPoolMXBean() instanceof HikariPool running
				&& running.poolState == HikariPool.POOL_SUSPENDED;
	}

	private SQLException interrupted(InterruptedException ex) {
		Thread.currentThread().interrupt();
		return new SQLException(this.pool.getPoolName() + " - Interrupted during connection acquisition", ex);
	}

	private SQLException timedOut(long start, @Nullable SQLException failure) {
		long waited = System.nanoTime() - start;
		this.ledger.timedOut();
		if (this.metrics != null) {
			this.metrics.timedOut(waited);
		}
		return AcquisitionTimeout.of(this, waited, failure);
	}

	private long timeoutNanos() {
		return TimeUnit.MILLISECONDS.toNanos(this.pool.getConnectionTimeout());
	}

	/**
	 * Borrows from the pool, for as long as is left of the time that the whole may take.
	 * @param start when the wait began; 0 if there was none
	 */
	private Connection borrow(long start) throws SQLException {
		boolean starts = this.pool.getHikariPoolMXBean() == null && !this.pool.isClosed();
		long began = (starts && start == 0) ? System.nanoTime() : start;
		if (starts) {
			Connection first = start(began);
			if (first != null) {
				return first;
			}
		}
		long waited = (began != 0) ? System.nanoTime() - began : 0;
		TurnstileMetrics metrics = (waited > 0) ? this.metrics : null;
		try {
			if (metrics != null) {
				metrics.waited(waited);
			}
			Connection physical = (waited > 0 && getTargetDataSource() == this.pool
					&& this.pool.getHikariPoolMXBean() instanceof HikariPool running)
							? running.getConnection(left(waited)) : super.getConnection();
			if (this.lastFailure != null) {
				this.lastFailure = null;
			}
			return physical;
		}
		catch (SQLTransientConnectionException ex) {
			this.ledger.timedOut();
			this.lastFailure = (ex.getCause() instanceof SQLException failure) ? Disconnects.withoutStream(failure)
					: null;
			// Hikari tells its own part of the wait only.
			throw (began != 0) ? AcquisitionTimeout.of(this, System.nanoTime() - began, this.lastFailure)
					: AcquisitionTimeout.of(this, ex, this.lastFailure);
		}
		finally {
			if (metrics != null) {
				metrics.forgetWait();
			}
		}
	}

	private @Nullable Connection start(long began) throws SQLException {
		try {
			return this.start.await(timeoutNanos() - (System.nanoTime() - began));
		}
		catch (TimeoutException ex) {
			throw timedOut(began, this.lastFailure);
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	private long left(long waitedNanos) {
		return Math.max(1, this.pool.getConnectionTimeout() - TimeUnit.NANOSECONDS.toMillis(waitedNanos));
	}

	private @Nullable BaseConnection driver(Connection physical) throws SQLException {
		if (!this.postgres && !physical.isWrapperFor(BaseConnection.class)) {
			if (this.rules.afterTransaction()) {
				throw new SQLException(
						"db-pool.lease.release=after-transaction needs the PostgreSQL driver, which tells whether a transaction is open; this is "
								+ physical.getMetaData().getDriverName() + ". Set db-pool.lease.release=on-close");
			}
			return null;
		}
		if (!this.postgres) {
			this.postgres = true;
		}
		return physical.unwrap(BaseConnection.class);
	}

	/**
	 * Whether the driver is known to be PostgreSQL's, without a connection.
	 */
	boolean isPostgres() {
		String url = this.pool.getJdbcUrl();
		return this.postgres || (url != null && url.startsWith("jdbc:postgresql:"));
	}

	/**
	 * Ends a transaction that the application left open. A pool knows only of those that
	 * the driver began. A connection that does not answer in time, or that cannot roll
	 * back, is closed; the pool finds that out when it gets it back.
	 */
	void rollBack(BaseConnection driver) {
		boolean done = false;
		try {
			int timeout = driver.getNetworkTimeout();
			int limit = (int) this.pool.getValidationTimeout();
			boolean limited = timeout == 0 || timeout > limit;
			if (limited) {
				driver.setNetworkTimeout(null, limit);
			}
			driver.execSQLUpdate("ROLLBACK");
			if (limited) {
				driver.setNetworkTimeout(null, timeout);
			}
			done = true;
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Could not roll back a transaction that was left open: the connection is not used again", ex);
		}
		finally {
			if (!done) {
				abort(driver);
			}
		}
	}

	/**
	 * The pool may still take it for checked out.
	 */
	private void discard(Connection physical, @Nullable BaseConnection driver) {
		if (driver != null) {
			abort(driver);
		}
		try {
			this.pool.evictConnection(physical);
		}
		catch (RuntimeException ex) {
			logger.debug("Could not evict a connection that could not be put in order", ex);
		}
	}

	private static void abort(BaseConnection driver) {
		try {
			driver.abort(Runnable::run);
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Could not close a connection that cannot roll back", ex);
		}
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

	void leave(Place place) {
		this.turnstile.leave(place);
	}

	Remembered remembered() {
		return new Remembered(this.pool.isAutoCommit(), this.pool.isReadOnly(), this.rules);
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

	ConnectionRules rules() {
		return this.rules;
	}

	@Nullable TurnstileMetrics metrics() {
		return this.metrics;
	}

	HikariDataSource pool() {
		return this.pool;
	}

	PoolCounts counts() {
		return this.counts;
	}

	/**
	 * Returns how many wait for a physical connection, in front of the pool or in it.
	 */
	int waiting() {
		return this.turnstile.waiting() + ((this.pool.getHikariPoolMXBean() != null)
				? this.pool.getHikariPoolMXBean().getThreadsAwaitingConnection() : 0);
	}

}

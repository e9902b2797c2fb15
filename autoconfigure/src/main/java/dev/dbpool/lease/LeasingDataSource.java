package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLWarning;
import java.util.concurrent.TimeUnit;

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

	private final String name;

	private final ConnectionRules rules;

	private final Turnstile turnstile = new Turnstile();

	private final LeaseLedger ledger;

	// Mutable state

	/**
	 * Why the pool could not connect, if that was what the last borrower was told.
	 */
	private volatile @Nullable SQLException lastFailure;

	private volatile int defaultIsolation;

	private volatile boolean postgres;

	private volatile @Nullable TurnstileMetrics metrics;

	/**
	 * Wraps a pool.
	 * @param target what physical connections are borrowed from, the pool or a wrapper of
	 * it
	 * @param pool the pool itself
	 * @param name the name by which {@link PhysicalDriver} counts
	 * @param rules how connections behave
	 * @param settings what makes a lease a suspect
	 */
	public LeasingDataSource(DataSource target, HikariDataSource pool, String name, ConnectionRules rules,
			LeaseSettings settings) {
		super(target);
		this.pool = pool;
		this.name = name;
		this.rules = rules;
		this.defaultIsolation = rules.defaultIsolation();
		this.ledger = new LeaseLedger(this.turnstile, settings, pool::getMaximumPoolSize);
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
	 * Begins a lease.
	 * @param what what is counted in it first
	 */
	Lease acquire(LeaseHolder connection, long what, boolean continues) throws SQLException {
		Place place = this.turnstile.tryEnter(this.pool.getMaximumPoolSize());
		long waited = 0;
		if (place == null) {
			long start = System.nanoTime();
			place = enter(continues, start);
			waited = System.nanoTime() - start;
		}
		Lease lease = null;
		try {
			Connection physical = borrow(waited);
			lease = new Lease(this, place, connection, physical, driver(physical), what, this.ledger.recordsStacks());
			place.begin(lease);
			Work.leased();
			return lease;
		}
		finally {
			if (lease == null) {
				this.turnstile.leave(place);
			}
		}
	}

	private Place enter(boolean continues, long start) throws SQLException {
		try {
			boolean first = continues || Work.isCurrentContinuing() || this.ledger.holdsLease(Thread.currentThread());
			Place place = this.turnstile.enter(first, TimeUnit.MILLISECONDS.toNanos(this.pool.getConnectionTimeout()));
			if (place != null) {
				return place;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SQLException(this.pool.getPoolName() + " - Interrupted during connection acquisition", ex);
		}
		long waited = System.nanoTime() - start;
		this.ledger.timedOut();
		if (this.metrics != null) {
			this.metrics.timedOut(waited);
		}
		throw AcquisitionTimeout.of(this, waited, this.lastFailure);
	}

	/**
	 * Borrows from the pool, for as long as is left of the time that the whole may take.
	 */
	private Connection borrow(long waitedNanos) throws SQLException {
		TurnstileMetrics metrics = (waitedNanos > 0) ? this.metrics : null;
		try {
			if (metrics != null) {
				metrics.waited(waitedNanos);
			}
			Connection physical = (waitedNanos > 0 && getTargetDataSource() == this.pool
					&& this.pool.getHikariPoolMXBean() instanceof HikariPool running)
							? running.getConnection(left(waitedNanos)) : super.getConnection();
			if (this.lastFailure != null) {
				this.lastFailure = null;
			}
			return physical;
		}
		catch (SQLTransientConnectionException ex) {
			this.ledger.timedOut();
			this.lastFailure = (ex.getCause() instanceof SQLException failure) ? failure : null;
			throw AcquisitionTimeout.of(this, ex);
		}
		finally {
			if (metrics != null) {
				metrics.forgetWait();
			}
		}
	}

	private long left(long waitedNanos) {
		return Math.max(1, this.pool.getConnectionTimeout() - TimeUnit.NANOSECONDS.toMillis(waitedNanos));
	}

	private @Nullable BaseConnection driver(Connection physical) throws SQLException {
		try {
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
		catch (SQLException ex) {
			physical.close();
			throw ex;
		}
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
	 * the driver began.
	 */
	void rollBack(Connection physical, BaseConnection driver) {
		try {
			driver.execSQLUpdate("ROLLBACK");
		}
		catch (SQLException ex) {
			logger.debug("Could not roll back a transaction that was left open: the connection is not used again", ex);
			this.pool.evictConnection(physical);
		}
	}

	void giveBack(Connection physical) {
		try {
			physical.close();
		}
		catch (SQLException ex) {
			// The application is done with it, and the pool will not use it again.
			logger.debug("A physical connection was broken when it was given back", ex);
		}
	}

	void leave(Place place) {
		this.turnstile.leave(place);
	}

	Remembered remembered() {
		return new Remembered(this.pool.isAutoCommit(), this.pool.isReadOnly(), this.rules);
	}

	/**
	 * Returns the level of transactions that ask for none.
	 * @return {@link Connection#TRANSACTION_NONE} if somebody has to ask the server
	 */
	int defaultIsolation() {
		// Sessions of a transaction pooler may tell what a stranger has set.
		return (this.defaultIsolation == Connection.TRANSACTION_NONE && this.rules.throughTransactionPooler())
				? Connection.TRANSACTION_READ_COMMITTED : this.defaultIsolation;
	}

	void defaultIsolation(int level) {
		this.defaultIsolation = level;
	}

	String preamble(int isolation) {
		return this.rules.preamble(isolation, this.defaultIsolation);
	}

	/**
	 * Counts the notices of a pooler that a client waits for a server connection. Those
	 * on connections are counted without it.
	 * @param warnings the warnings of a statement, if there are any
	 */
	void countNotices(@Nullable SQLWarning warnings) {
		if (warnings != null) {
			PhysicalDriver.counts(this.name).countQueued(warnings);
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

	String name() {
		return this.name;
	}

	/**
	 * Returns how many wait for a physical connection, in front of the pool or in it.
	 */
	int waiting() {
		return this.turnstile.waiting() + ((this.pool.getHikariPoolMXBean() != null)
				? this.pool.getHikariPoolMXBean().getThreadsAwaitingConnection() : 0);
	}

}

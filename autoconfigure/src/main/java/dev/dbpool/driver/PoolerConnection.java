package dev.dbpool.driver;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * A connection to a transaction pooler, as the pool sees it.
 * <p>
 * There, each round trip needs one of the pooler's server connections. A validation that
 * waited for one would time out where they are all busy, and a pool that believed it
 * would throw away connections that work. So a connection is taken to be alive as long as
 * its socket is and the server has answered it lately. After that it is asked, but not
 * condemned for an answer that is only late: see {@link AliveCheck}.
 */
final class PoolerConnection extends PhysicalConnection {

	private static final Log logger = LogFactory.getLog(PoolerConnection.class);

	private final BaseConnection driver;

	private final ConnectionCounts counts;

	private final long trustNanos;

	private final boolean preparedStatements;

	private final int networkTimeout;

	// Mutable state; volatile because the pool validates from a thread of its own.

	private volatile long lastUse = System.nanoTime();

	/**
	 * Whether a statement was made since the connection was handed out, or since the
	 * transaction ended.
	 */
	private volatile boolean used;

	private volatile @Nullable AliveCheck probe;

	PoolerConnection(Connection connection, ConnectionCounts counts, int limitMillis, Duration trust,
			boolean preparedStatements) throws SQLException {
		super(connection, counts, limitMillis);
		this.driver = connection.unwrap(BaseConnection.class);
		this.counts = counts;
		this.trustNanos = trust.toNanos();
		this.preparedStatements = preparedStatements;
		this.networkTimeout = this.driver.getNetworkTimeout();
		if (!preparedStatements && this.driver.getPrepareThreshold() != 0) {
			throw new SQLException(
					("Server-side prepared statements are on (prepareThreshold is %d) behind a transaction pooler, where they fail or return the rows of others. "
							+ "Something overrides the URL of the connection plan: look for prepareThreshold in spring.datasource.hikari.jdbc-url, "
							+ "and for code that changes the URL or the properties of the pool.")
						.formatted(this.driver.getPrepareThreshold()));
		}
		counts.connections().add(this);
	}

	@Override
	public Connection forStatement() {
		// The answer comes later than this, so the time errs on the safe side.
		this.lastUse = System.nanoTime();
		this.used = true;
		return super.forStatement();
	}

	@Override
	public void commit() throws SQLException {
		super.commit();
		this.used = false;
	}

	@Override
	public void rollback() throws SQLException {
		super.rollback();
		this.used = false;
	}

	@Override
	public void close() throws SQLException {
		this.counts.connections().remove(this);
		super.close();
	}

	/**
	 * Whether its user waits for a server connection, as far as another thread can see
	 * without a lock.
	 */
	ServerWait serverWait() {
		try {
			if (!this.used || isClosed()) {
				return ServerWait.NO;
			}
			if (this.driver.getAutoCommit()) {
				return ServerWait.POSSIBLY;
			}
			// The server has not even answered the BEGIN.
			return (this.driver.getTransactionState() == TransactionState.IDLE) ? ServerWait.YES : ServerWait.NO;
		}
		catch (SQLException ex) {
			return ServerWait.NO;
		}
	}

	@Override
	boolean check(int timeout) {
		AliveCheck probe = this.probe;
		if (probe != null) {
			if (probe.isPending()) {
				// The driver is busy with it. The next borrower waits behind it.
				return true;
			}
			this.probe = null;
			if (probe.succeeded()) {
				this.lastUse = Math.max(this.lastUse, probe.answered());
			}
			else {
				return false;
			}
		}
		if (!hasLiveSocket()) {
			return false;
		}
		if (System.nanoTime() - this.lastUse < this.trustNanos && !this.counts.mayBeSilent(this.lastUse)) {
			return true;
		}
		probe = new AliveCheck(this.driver, this.networkTimeout, this.counts.unanswered());
		this.probe = probe;
		return probe.await();
	}

	/**
	 * The pooler itself answers a login.
	 */
	@Override
	boolean answers() {
		AliveCheck probe = new AliveCheck(this.driver, this.networkTimeout, this.counts.unanswered());
		this.probe = probe;
		return probe.await() && probe.succeeded();
	}

	/**
	 * Looks for what the pooler may have sent meanwhile: an error or the end of the
	 * stream. The driver cannot look in less than a millisecond; the pool does this only
	 * after half a second of idling.
	 */
	private boolean hasLiveSocket() {
		try {
			if (!this.driver.isClosed()) {
				this.driver.getNotifications(1);
				return true;
			}
		}
		catch (SQLException ex) {
			logger.debug("The pooler has closed a connection", ex);
		}
		return false;
	}

	/**
	 * The pool does this whenever a connection comes back.
	 */
	@Override
	public void clearWarnings() throws SQLException {
		this.used = false;
		AliveCheck probe = this.probe;
		if (probe != null && probe.isPending()) {
			// The driver would wait for it, and there is nothing to clear.
			return;
		}
		this.counts.countQueued(super.getWarnings());
		super.clearWarnings();
		if (!this.preparedStatements && this.driver.getPrepareThreshold() != 0) {
			turnPreparedStatementsOff();
		}
		else if (this.counts.stalePlans().get() > 0) {
			forgetStalePlan();
		}
	}

	private void turnPreparedStatementsOff() {
		if (this.counts.thresholdWarned().compareAndSet(false, true)) {
			logger.warn("A connection came back with prepareThreshold=" + this.driver.getPrepareThreshold()
					+ ": some code turned on server-side prepared statements, which break behind a transaction pooler. "
					+ "They are off again. Remove the call of setPrepareThreshold(); if the pooler tracks prepared "
					+ "statements, set db-pool.pooler.prepared-statements=true. This warning is not repeated.");
		}
		this.driver.setPrepareThreshold(0);
		deallocateAll();
	}

	/**
	 * The pooler keeps the plan for all its clients under a name of its own, in the
	 * server connection that failed. That one was given back a moment ago, and poolers
	 * use it again first.
	 */
	private void forgetStalePlan() {
		if (this.counts.stalePlans().getAndUpdate((count) -> Math.max(0, count - 1)) > 0) {
			deallocateAll();
		}
	}

	/**
	 * Also makes the driver forget the names that it has given so far.
	 */
	private void deallocateAll() {
		try {
			this.driver.execSQLUpdate("DEALLOCATE ALL");
		}
		catch (SQLException ex) {
			// The pool sees by itself if the connection is broken.
			logger.debug("Could not deallocate prepared statements", ex);
		}
	}

	/**
	 * Whether a connection waits for a server connection of the pooler.
	 */
	enum ServerWait {

		/**
		 * It does.
		 */
		YES,

		/**
		 * It has a statement, which waits or runs.
		 */
		POSSIBLY,

		/**
		 * It does not.
		 */
		NO

	}

}

package dev.dbpool.driver;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import com.zaxxer.hikari.util.Credentials;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Opens the connections of one pool with the PostgreSQL driver, and counts them. It
 * stands below the pool, which keeps its URL and its settings: they are read whenever a
 * connection is opened. It also asks the pool's credentials provider, for each connection
 * and in place of the pool: what fails there then fails like any login. Thread-safe.
 */
public final class PhysicalDataSource extends AbstractDataSource {

	/**
	 * Hikari's default for a validation. A rollback may take longer.
	 */
	private static final long SHORTEST_LIMIT = 5000;

	private final Driver driver = new Driver();

	private final ConnectionCounts counts = new ConnectionCounts();

	private final HikariDataSource pool;

	private final UnaryOperator<SQLException> explain;

	private final @Nullable Duration trust;

	private final boolean preparedStatements;

	private final @Nullable CredentialsSource credentials;

	private volatile int loginTimeout;

	private PhysicalDataSource(HikariDataSource pool, UnaryOperator<SQLException> explain, @Nullable Duration trust,
			boolean preparedStatements) {
		this.pool = pool;
		this.explain = explain;
		this.trust = trust;
		this.preparedStatements = preparedStatements;
		this.credentials = CredentialsSource.takenFrom(pool);
	}

	/**
	 * Creates one for connections whose sessions are the pool's own.
	 * @param pool whose settings say where to connect
	 * @param explain adds an explanation to what a connection failed with, and returns
	 * what is thrown: the pool keeps it as the cause of its timeouts
	 * @return what opens the connections
	 */
	public static PhysicalDataSource of(HikariDataSource pool, UnaryOperator<SQLException> explain) {
		return new PhysicalDataSource(pool, explain, null, true);
	}

	/**
	 * Creates one for connections to a transaction pooler.
	 * @param pool whose settings say where to connect
	 * @param explain as in {@link #of(HikariDataSource, UnaryOperator)}
	 * @param trust for how long after an answer of the server a connection counts as
	 * alive
	 * @param preparedStatements whether the pooler tracks prepared statements
	 * @return what opens the connections
	 */
	public static PhysicalDataSource throughTransactionPooler(HikariDataSource pool,
			UnaryOperator<SQLException> explain, Duration trust, boolean preparedStatements) {
		return new PhysicalDataSource(pool, explain, trust, preparedStatements);
	}

	/**
	 * Returns what the connections of a pool count together.
	 * @param pool the pool
	 * @return counts that stay at zero if another data source opens the connections
	 */
	public static ConnectionCounts countsOf(HikariDataSource pool) {
		return (pool.getDataSource() instanceof PhysicalDataSource physical) ? physical.counts : new ConnectionCounts();
	}

	ConnectionCounts counts() {
		return this.counts;
	}

	/**
	 * The pool calls this if it has no user name. It may still have a password.
	 */
	@Override
	public Connection getConnection() throws SQLException {
		return getConnection(null, this.pool.getPassword());
	}

	@Override
	public Connection getConnection(@Nullable String username, @Nullable String password) throws SQLException {
		Connection connection = null;
		try {
			Credentials login = (this.credentials != null) ? this.credentials.ask()
					: Credentials.of(username, password);
			connection = new LoginAttempt(this.pool.getJdbcUrl(), properties(login)).connect(this.driver);
			PhysicalConnection physical = (this.trust != null)
					? new PoolerConnection(connection, this.counts, limit(), this.trust, this.preparedStatements)
					: new PhysicalConnection(connection, this.counts, limit());
			replaceForgotten(physical);
			return physical;
		}
		catch (SQLException ex) {
			if (connection != null) {
				connection.close();
			}
			throw this.explain.apply(ex);
		}
	}

	private Properties properties(Credentials login) {
		Properties properties = new Properties();
		properties.putAll(this.pool.getDataSourceProperties());
		if (login.getUsername() != null) {
			properties.setProperty("user", login.getUsername());
		}
		if (login.getPassword() != null) {
			properties.setProperty("password", login.getPassword());
		}
		return properties;
	}

	/**
	 * If one connection fell silent and a new one gets an answer, something on the way to
	 * the server has dropped the old ones: idle ones are closed now, the others when they
	 * are returned. Validating each of them would take just as long, at the expense of a
	 * borrower. A server that is merely slow would not answer the new one sooner.
	 */
	private void replaceForgotten(PhysicalConnection fresh) {
		long silence = this.counts.silence().get();
		HikariPoolMXBean running = this.pool.getHikariPoolMXBean();
		if (silence != 0 && running != null && fresh.answers() && this.counts.silence().compareAndSet(silence, 0)) {
			logger.warn(this.pool.getPoolName() + " - A connection fell silent, and a new one is answered: "
					+ "replacing those that are as old");
			running.softEvictConnections();
		}
	}

	/**
	 * For how long the pool waits for the server where it is the pool that asks.
	 */
	private int limit() {
		return (int) Math.max(SHORTEST_LIMIT, this.pool.getValidationTimeout());
	}

	/**
	 * Hikari waits for so long for a connection that is being opened when it shuts down.
	 */
	@Override
	public int getLoginTimeout() {
		return this.loginTimeout;
	}

	/**
	 * Limits nothing: the driver has a property for it.
	 */
	@Override
	public void setLoginTimeout(int seconds) {
		this.loginTimeout = seconds;
	}

}

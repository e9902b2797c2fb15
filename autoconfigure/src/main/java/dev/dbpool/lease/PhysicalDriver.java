package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;

import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL driver, seen by the pool through {@link PhysicalConnection}. It stands
 * below the pool, where neither the pool's URL nor its settings change by it.
 * <p>
 * A pool makes its driver from a class name, and passes nothing to it but strings:
 * therefore the pools that are counted are known by name. Thread-safe.
 */
public final class PhysicalDriver implements Driver {

	/**
	 * The connection property that says which pool is counted; it does not reach the
	 * PostgreSQL driver.
	 */
	public static final String POOL_PROPERTY = "dbPool";

	/**
	 * The connection property that says that the pool goes through a transaction pooler,
	 * and for how many milliseconds after an answer of the server a connection counts as
	 * alive; it does not reach the PostgreSQL driver.
	 */
	public static final String TRUST_PROPERTY = "dbPoolTrustMillis";

	/**
	 * The connection property that says that a transaction pooler tracks prepared
	 * statements; it does not reach the PostgreSQL driver.
	 */
	public static final String PREPARED_STATEMENTS_PROPERTY = "dbPoolPreparedStatements";

	private static final Map<String, Map<String, String>> SECRETS = new ConcurrentHashMap<>();

	private static final Map<String, PoolCounts> COUNTS = new ConcurrentHashMap<>();

	private static volatile UnaryOperator<SQLException> explain = UnaryOperator.identity();

	private static final StackWalker CALLER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

	private final Driver delegate = new org.postgresql.Driver();

	static {
		try {
			// Hikari warns about a driver that is not registered.
			DriverManager.registerDriver(new PhysicalDriver());
		}
		catch (SQLException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	/**
	 * Returns what is counted for a pool.
	 * @param pool the value of {@link #POOL_PROPERTY}
	 * @return the counts, the same at each call until {@link #forget(String)}
	 */
	static PoolCounts counts(String pool) {
		return COUNTS.computeIfAbsent(pool, (name) -> new PoolCounts());
	}

	/**
	 * Keeps the secret parameters of a URL out of it: migration tools log their URL. A
	 * connection that this driver opens by the URL has them.
	 * @param url the URL without them
	 * @param secrets values by the PostgreSQL driver's names
	 */
	public static void keepSecrets(String url, Map<String, String> secrets) {
		SECRETS.put(url, Map.copyOf(secrets));
	}

	static void forget(String pool) {
		COUNTS.remove(pool);
	}

	/**
	 * Sets what is done to the exceptions of connections that cannot be opened: the pool
	 * keeps them as the cause of its timeouts. It holds for all pools that are counted,
	 * because a pool makes its driver itself.
	 * @param explain adds an explanation and returns what is thrown
	 */
	public static void explainFailures(UnaryOperator<SQLException> explain) {
		PhysicalDriver.explain = explain;
	}

	@Override
	public @Nullable Connection connect(String url, Properties info) throws SQLException {
		String pool = info.getProperty(POOL_PROPERTY);
		Map<String, String> secrets = SECRETS.get(url);
		if (pool == null && secrets != null) {
			Properties complete = new Properties();
			complete.putAll(info);
			complete.putAll(secrets);
			return this.delegate.connect(url, complete);
		}
		if (pool == null) {
			// Somebody who looks for a driver by URL may find this one first. The manager
			// itself asks each driver in turn: it would try twice what fails.
			return (CALLER.getCallerClass() != DriverManager.class) ? this.delegate.connect(url, info) : null;
		}
		Properties properties = new Properties();
		properties.putAll(info);
		properties.remove(POOL_PROPERTY);
		String trust = (String) properties.remove(TRUST_PROPERTY);
		boolean preparedStatements = Boolean.parseBoolean((String) properties.remove(PREPARED_STATEMENTS_PROPERTY));
		Connection connection = null;
		try {
			connection = this.delegate.connect(url, properties);
			if (connection == null) {
				return null;
			}
			return (trust != null)
					? new PoolerConnection(connection, counts(pool), Long.parseLong(trust), preparedStatements)
					: new PhysicalConnection(connection, counts(pool).invalid());
		}
		catch (SQLException ex) {
			if (connection != null) {
				connection.close();
			}
			throw explain.apply(ex);
		}
	}

	@Override
	public boolean acceptsURL(String url) throws SQLException {
		return this.delegate.acceptsURL(url);
	}

	@Override
	public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) throws SQLException {
		return this.delegate.getPropertyInfo(url, info);
	}

	@Override
	public int getMajorVersion() {
		return this.delegate.getMajorVersion();
	}

	@Override
	public int getMinorVersion() {
		return this.delegate.getMinorVersion();
	}

	@Override
	public boolean jdbcCompliant() {
		return this.delegate.jdbcCompliant();
	}

	@Override
	public Logger getParentLogger() throws SQLFeatureNotSupportedException {
		return this.delegate.getParentLogger();
	}

}

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

	private static final Map<String, PoolCounts> COUNTS = new ConcurrentHashMap<>();

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

	static void forget(String pool) {
		COUNTS.remove(pool);
	}

	@Override
	public @Nullable Connection connect(String url, Properties info) throws SQLException {
		String pool = info.getProperty(POOL_PROPERTY);
		if (pool == null) {
			// Somebody who looks for a driver by URL may find this one first.
			return this.delegate.connect(url, info);
		}
		Properties properties = new Properties();
		properties.putAll(info);
		properties.remove(POOL_PROPERTY);
		String trust = (String) properties.remove(TRUST_PROPERTY);
		boolean preparedStatements = Boolean.parseBoolean((String) properties.remove(PREPARED_STATEMENTS_PROPERTY));
		Connection connection = this.delegate.connect(url, properties);
		if (connection == null || trust == null) {
			return (connection != null) ? new PhysicalConnection(connection, counts(pool).invalid()) : null;
		}
		try {
			return new PoolerConnection(connection, counts(pool), Long.parseLong(trust), preparedStatements);
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
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

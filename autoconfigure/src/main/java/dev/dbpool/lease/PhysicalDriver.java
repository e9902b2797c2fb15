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
import java.util.concurrent.atomic.LongAdder;
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

	private static final Map<String, LongAdder> INVALID_CONNECTIONS = new ConcurrentHashMap<>();

	private static volatile UnaryOperator<SQLException> explain = UnaryOperator.identity();

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
	 * Returns the counter of the connections that a pool discarded as broken.
	 * @param pool the value of {@link #POOL_PROPERTY}
	 * @return the counter, the same at each call until {@link #forget(String)}
	 */
	static LongAdder invalidConnections(String pool) {
		return INVALID_CONNECTIONS.computeIfAbsent(pool, (name) -> new LongAdder());
	}

	static void forget(String pool) {
		INVALID_CONNECTIONS.remove(pool);
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
		if (pool == null) {
			// Somebody who looks for a driver by URL may find this one first.
			return this.delegate.connect(url, info);
		}
		Properties properties = new Properties();
		properties.putAll(info);
		properties.remove(POOL_PROPERTY);
		try {
			Connection connection = this.delegate.connect(url, properties);
			return (connection != null) ? new PhysicalConnection(connection, invalidConnections(pool)) : null;
		}
		catch (SQLException ex) {
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

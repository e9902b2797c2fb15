package dev.dbpool.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.lease.PhysicalDriver;
import dev.dbpool.lease.PoolerExceptions;

/**
 * How the pool behaves behind a transaction pooler. Each of the driver's properties can
 * be overridden, as a data source property or in the URL, where the driver lets it win.
 */
final class PoolerConduct {

	static final String SOCKET_TIMEOUT = "socketTimeout";

	static final String SOCKET_TIMEOUT_SECONDS = "60";

	/**
	 * Hikari's default, for where it keeps nothing alive because it recycles sooner.
	 */
	private static final Duration KEEPALIVE = Duration.ofMinutes(2);

	/**
	 * The driver keeps 256. Supavisor ends a connection that has more than 100, PgBouncer
	 * keeps 200 and parses the others anew.
	 */
	private static final String CACHED_STATEMENTS = "80";

	private PoolerConduct() {
	}

	static void applyTo(HikariDataSource pool, String name, boolean preparedStatements) {
		driverProperties(preparedStatements)
			.forEach((property, value) -> pool.getDataSourceProperties().putIfAbsent(property, value));
		pool.getDataSourceProperties()
			.putIfAbsent(PhysicalDriver.TRUST_PROPERTY, String.valueOf(trust(pool).toMillis()));
		pool.addDataSourceProperty(PhysicalDriver.PREPARED_STATEMENTS_PROPERTY, String.valueOf(preparedStatements));
		if (pool.getExceptionOverride() == null) {
			pool.setExceptionOverride(new PoolerExceptions(name));
		}
	}

	private static Map<String, String> driverProperties(boolean preparedStatements) {
		Map<String, String> properties = new LinkedHashMap<>();
		// As long as a borrower waits: one who is to get a new connection should not
		// learn from his own timeout that the pooler's host is away.
		properties.put("connectTimeout", "5");
		// Nothing else ends a statement that waits in the pooler's queue: a query timeout
		// asks the server to cancel, and there is none yet. Below the 120 s after which
		// PgBouncer drops a client, above what a request should take.
		properties.put(SOCKET_TIMEOUT, SOCKET_TIMEOUT_SECONDS);
		// Cancels open a connection of their own to the pooler, one after the other in
		// one thread.
		properties.put("cancelSignalTimeout", "5");
		// Firewalls forget idle connections, and who is cut off in silence should notice.
		properties.put("tcpKeepAlive", "true");
		if (preparedStatements) {
			properties.put("preparedStatementCacheQueries", CACHED_STATEMENTS);
		}
		return properties;
	}

	/**
	 * Half of the time between two signs of life, so that of two in a row one is real.
	 */
	private static Duration trust(HikariDataSource pool) {
		long keepalive = pool.getKeepaliveTime();
		return ((keepalive > 0) ? Duration.ofMillis(keepalive) : KEEPALIVE).dividedBy(2);
	}

}

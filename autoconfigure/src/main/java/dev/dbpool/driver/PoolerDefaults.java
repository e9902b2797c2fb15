package dev.dbpool.driver;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariDataSource;

/**
 * What the pool does otherwise behind a transaction pooler.
 */
public final class PoolerDefaults {

	/**
	 * Hikari's default, for where it keeps nothing alive because it recycles sooner.
	 */
	private static final Duration KEEPALIVE = Duration.ofMinutes(2);

	/**
	 * The driver keeps 256. Supavisor ends a connection that has more than 100, PgBouncer
	 * keeps 200 and parses the others anew.
	 */
	private static final String CACHED_STATEMENTS = "80";

	private PoolerDefaults() {
	}

	/**
	 * Lets a pool open its connections to a transaction pooler. What the user set for the
	 * pool stays, but for the isolation level.
	 * @param pool a pool that has not started
	 * @param explain as in {@link PhysicalDataSource#of(HikariDataSource, UnaryOperator)}
	 * @param preparedStatements whether the pooler tracks prepared statements
	 */
	public static void applyTo(HikariDataSource pool, UnaryOperator<SQLException> explain, boolean preparedStatements) {
		PhysicalDataSource physical = PhysicalDataSource.throughTransactionPooler(pool, explain, trust(pool),
				preparedStatements);
		pool.setDataSource(physical);
		if (pool.getExceptionOverride() == null) {
			pool.setExceptionOverride(new PoolerExceptions(physical));
		}
		if (preparedStatements) {
			pool.getDataSourceProperties().putIfAbsent("preparedStatementCacheQueries", CACHED_STATEMENTS);
		}
		// Hikari would set it for the session; the rules apply it to each transaction.
		pool.setTransactionIsolation(null);
	}

	/**
	 * Half of the time between two signs of life, so that of two in a row one is real.
	 */
	static Duration trust(HikariDataSource pool) {
		long keepalive = pool.getKeepaliveTime();
		return ((keepalive > 0) ? Duration.ofMillis(keepalive) : KEEPALIVE).dividedBy(2);
	}

}

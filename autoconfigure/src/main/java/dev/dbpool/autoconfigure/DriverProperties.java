package dev.dbpool.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.Decision;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.Via;
import dev.dbpool.driver.KeepaliveSocketFactory;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.sizing.PoolTimes;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

import org.springframework.util.ClassUtils;

/**
 * What the driver is told, so that every wait for a server that has fallen silent comes
 * to an end. What the user set wins: a parameter of the URL over a property of the pool,
 * and that over what is derived here.
 *
 * @param defaults values by the driver's names
 * @param socketTimeout who decided how long a statement waits for an answer; {@code null}
 * if nothing limits that
 */
record DriverProperties(Map<String, String> defaults, @Nullable Decision socketTimeout) {

	private static final String SOCKET_TIMEOUT = "socketTimeout";

	private static final String CONNECT_TIMEOUT = "connectTimeout";

	/**
	 * Our own setting.
	 */
	private static final String PROPERTY = "db-pool.socket-timeout";

	/**
	 * Nothing else ends a statement that waits in the pooler's queue: a query timeout
	 * asks the server to cancel, and no server has the statement yet. Below the 120 s
	 * after which PgBouncer drops a client, above what a request should take.
	 */
	private static final Duration BEHIND_POOLER = Duration.ofSeconds(60);

	/**
	 * The driver counts in milliseconds, in an {@code int}.
	 */
	private static final Duration LONGEST = Duration.ofSeconds(Integer.MAX_VALUE / 1000);

	/**
	 * The least that a login may take: a slow database must still let clients in.
	 */
	private static final long SHORTEST_LOGIN = 5;

	static DriverProperties of(@Nullable Duration socketTimeout, PoolTimes times, HikariSettings hikari,
			ConnectionPlan connections) {
		check(socketTimeout);
		boolean pooled = connections.via() == Via.TRANSACTION_POOLER;
		Map<String, String> defaults = new LinkedHashMap<>();
		defaults.put("loginTimeout", String.valueOf(loginTimeout(times, hikari, connections)));
		// Half of the driver's own: a host that is there answers sooner.
		defaults.put(CONNECT_TIMEOUT, "5");
		defaults.put("tcpKeepAlive", "true");
		if (ClassUtils.isPresent(KeepaliveSocketFactory.class.getName(), Driver.class.getClassLoader())) {
			defaults.put("socketFactory", KeepaliveSocketFactory.class.getName());
		}
		if (pooled) {
			// Cancels open a connection of their own to the pooler, one after the other
			// in one thread.
			defaults.put("cancelSignalTimeout", "5");
		}
		if (socketTimeout != null || pooled) {
			defaults.put(SOCKET_TIMEOUT, seconds((socketTimeout != null) ? socketTimeout : BEHIND_POOLER));
		}
		return new DriverProperties(defaults, decision(socketTimeout, hikari, connections, defaults));
	}

	private static void check(@Nullable Duration socketTimeout) {
		if (socketTimeout != null && (socketTimeout.isNegative() || socketTimeout.compareTo(LONGEST) > 0)) {
			throw new InvalidSettingException(PROPERTY, PoolTimes.inWords(socketTimeout),
					"but it must be 0 or more, and no more than 24 days.",
					"Set " + PROPERTY + " to more than the longest statement takes, or to 0 for no limit; "
							+ "a number without a unit means seconds.");
		}
	}

	/**
	 * A login takes no longer than a borrower waits, unless that is very short, and no
	 * less than the user grants to its first part.
	 */
	private static long loginTimeout(PoolTimes times, HikariSettings hikari, ConnectionPlan connections) {
		Duration timeout = (hikari.connectionTimeout() != null) ? Duration.ofMillis(hikari.connectionTimeout())
				: times.timeout();
		long login = Math.max(SHORTEST_LOGIN, Long.parseLong(seconds(timeout)));
		String connect = connections.runtime().url().parameters().get(CONNECT_TIMEOUT);
		connect = (connect != null) ? connect : hikari.dataSourceProperties().get(CONNECT_TIMEOUT);
		// Anything else is left to the driver, which complains.
		return (connect != null && connect.matches("\\d{1,9}")) ? Math.max(login, Long.parseLong(connect)) : login;
	}

	/**
	 * The driver takes whole seconds, and 0 for no limit.
	 */
	private static String seconds(Duration duration) {
		return String.valueOf(duration.plusMillis(999).toSeconds());
	}

	private static @Nullable Decision decision(@Nullable Duration set, HikariSettings hikari,
			ConnectionPlan connections, Map<String, String> defaults) {
		String inUrl = connections.runtime().url().parameters().get(SOCKET_TIMEOUT);
		String inProperties = hikari.dataSourceProperties().get(SOCKET_TIMEOUT);
		if (inUrl != null) {
			return decision(inUrl, connections.runtime().property());
		}
		if (inProperties != null) {
			return decision(inProperties, connections.names().driverProperties());
		}
		String derived = defaults.get(SOCKET_TIMEOUT);
		if (derived == null) {
			return null;
		}
		return (set != null) ? decision(derived, PROPERTY) : Decision.byDefault("socket-timeout", derived + "s");
	}

	private static Decision decision(String seconds, String origin) {
		return Decision.byProperty("socket-timeout", seconds.equals("0") ? "none" : seconds + "s", origin);
	}

	void applyTo(HikariDataSource pool) {
		this.defaults.forEach(pool.getDataSourceProperties()::putIfAbsent);
	}

}

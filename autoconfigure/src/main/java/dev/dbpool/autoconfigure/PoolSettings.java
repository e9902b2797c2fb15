package dev.dbpool.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.dbpool.Decision;
import dev.dbpool.OnExceeded;
import dev.dbpool.Source;
import dev.dbpool.Via;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.PropertyNames;
import dev.dbpool.sizing.ConnectionBudget;
import dev.dbpool.sizing.FairShares.Wish;
import dev.dbpool.sizing.PoolSize;
import dev.dbpool.sizing.PoolSizing;
import dev.dbpool.sizing.PoolTimes;
import org.jspecify.annotations.Nullable;

/**
 * How large the pool is, and how long its connections live. What the user set for Hikari
 * itself wins, each setting by itself, except that size and maximum go together.
 */
record PoolSettings(Wish wish, PoolSizing sizing, PoolTimes times, DriverProperties driver, HikariSettings hikari,
		List<Decision> decisions) {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static final Duration RECYCLE = Duration.ofMinutes(30);

	/**
	 * Poolers close server connections too, to rebalance: stay well below their limits,
	 * the shortest of which are about ten minutes.
	 */
	private static final Duration RECYCLE_BEHIND_POOLER = Duration.ofMinutes(5);

	static PoolSettings of(DbPoolProperties properties, HikariSettings hikari, ConnectionBudget budget,
			ConnectionPlan connections, Refusals refusals, boolean running) {
		boolean sizeIsSet = hikari.setsSize() || properties.size() != null;
		boolean overflowIsSet = hikari.setsSize() || properties.maxOverflow() != null;
		PoolSize asked = hikari.setsSize() ? hikari.size()
				: PoolSize.of(connections.names().prefix(), properties.size(), properties.maxOverflow());
		OnExceeded onExceeded = properties.budget().onExceeded();
		PoolSizing sizing = refusals.decide(
				() -> running ? PoolSizing.ofRunning(budget, asked, sizeIsSet, overflowIsSet, onExceeded)
						: PoolSizing.decide(budget, asked, sizeIsSet, overflowIsSet, onExceeded),
				() -> new PoolSizing(asked, false, List.of()));
		Duration recycle = (properties.recycle() != null) ? properties.recycle()
				: (budget.settings().via() == Via.DIRECT) ? RECYCLE : RECYCLE_BEHIND_POOLER;
		PoolTimes times = new PoolTimes(recycle, (properties.timeout() != null) ? properties.timeout() : TIMEOUT);
		PropertyNames names = connections.names();
		List<Decision> decisions = new ArrayList<>(List.of(
				size(names, "size", sizing.size().size(), asked.size(), hikari, hikari.minimumIdle(), "minimum-idle",
						properties.size()),
				size(names, "max-overflow", sizing.size().maxOverflow(), asked.maxOverflow(), hikari,
						hikari.maximumPoolSize(), "maximum-pool-size", properties.maxOverflow()),
				time(names, "recycle", hikari.maxLifetime(), "max-lifetime", times.recycle(),
						properties.recycle() != null),
				time(names, "timeout", hikari.connectionTimeout(), "connection-timeout", times.timeout(),
						properties.timeout() != null)));
		DriverProperties driver = DriverProperties.of(properties.socketTimeout(), times, hikari, connections);
		if (driver.socketTimeout() != null) {
			decisions.add(driver.socketTimeout());
		}
		boolean shrinks = onExceeded == OnExceeded.SHRINK;
		return new PoolSettings(wish(asked, sizeIsSet && !shrinks, overflowIsSet && !shrinks), sizing, times, driver,
				hikari, List.copyOf(decisions));
	}

	private static Wish wish(PoolSize asked, boolean sizeIsSet, boolean overflowIsSet) {
		return new Wish(asked.maximum(), (sizeIsSet ? asked.size() : 1) + (overflowIsSet ? asked.maxOverflow() : 0));
	}

	private static Decision size(PropertyNames names, String name, int value, int asked, HikariSettings hikari,
			@Nullable Integer inHikari, String hikariProperty, @Nullable Integer set) {
		if (value != asked) {
			return new Decision(name, String.valueOf(value), Source.DETECTED, "db-pool.budget");
		}
		if (inHikari != null) {
			return Decision.byProperty(name, value, names.ofHikari(hikariProperty));
		}
		return (set != null && !hikari.setsSize()) ? Decision.byProperty(name, value, names.of(name))
				: Decision.byDefault(name, value);
	}

	private static Decision time(PropertyNames names, String name, @Nullable Long inHikari, String hikariProperty,
			Duration value, boolean set) {
		if (inHikari != null) {
			return Decision.byProperty(name, PoolTimes.inWords(Duration.ofMillis(inHikari)),
					names.ofHikari(hikariProperty));
		}
		return set ? Decision.byProperty(name, PoolTimes.inWords(value), "db-pool." + name)
				: Decision.byDefault(name, PoolTimes.inWords(value));
	}

	void applyTo(HikariDataSource pool) {
		if (!pool.isRunning()) {
			this.driver.applyTo(pool);
		}
		if (this.hikari.connectionTimeout() == null) {
			pool.setConnectionTimeout(this.times.timeout().toMillis());
		}
		if (this.hikari.validationTimeout() == null) {
			// A borrower who finds a dead connection still has time for another one.
			pool.setValidationTimeout(
					Math.min(pool.getValidationTimeout(), Math.max(250, pool.getConnectionTimeout() / 2)));
		}
		if (this.hikari.maxLifetime() == null) {
			pool.setMaxLifetime(this.times.recycle().toMillis());
			if (pool.getKeepaliveTime() >= pool.getMaxLifetime()) {
				// Such a connection is replaced before it needs to be kept alive.
				pool.setKeepaliveTime(0);
			}
		}
		resize(pool);
	}

	/**
	 * Gives the pool its size, also while it runs. Connections that are too many then are
	 * closed, those in use when they are returned.
	 */
	void resize(HikariDataSource pool) {
		PoolSize size = this.sizing.size();
		if (!this.hikari.setsSize() || this.sizing.shrunk()) {
			pool.setMaximumPoolSize(size.maximum());
			pool.setMinimumIdle(size.size());
		}
		// A pool of fixed size has no use for it, and Hikari would warn.
		if (size.maxOverflow() > 0) {
			pool.setIdleTimeout(idleTimeout(pool));
		}
		HikariPoolMXBean running = pool.getHikariPoolMXBean();
		if (running != null && running.getTotalConnections() > pool.getMaximumPoolSize()) {
			running.softEvictConnections();
		}
	}

	/**
	 * Returns a limit that Hikari does not turn off, as it does with one that is not
	 * below the age limit: a user who sets one of them need not know the other.
	 */
	private long idleTimeout(HikariDataSource pool) {
		Duration lifetime = PoolTimes.lifetime(pool.getMaxLifetime());
		if (this.hikari.idleTimeout() != null) {
			boolean replacedBefore = this.hikari.maxLifetime() == null
					&& this.hikari.idleTimeout() >= lifetime.toMillis();
			return replacedBefore ? 0 : this.hikari.idleTimeout();
		}
		// Where the size is set for Hikari, overflow is closed as Hikari would do it.
		return (this.hikari.setsSize() ? PoolTimes.hikariIdleTimeout(lifetime) : PoolTimes.idleTimeout(lifetime))
			.toMillis();
	}

}

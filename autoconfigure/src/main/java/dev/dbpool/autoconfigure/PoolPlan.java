package dev.dbpool.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.Decision;
import dev.dbpool.plan.Via;
import dev.dbpool.sizing.PoolSize;
import dev.dbpool.sizing.PoolTimes;
import org.jspecify.annotations.Nullable;

/**
 * The decision how large the pool is and how long its connections live. What the user set
 * for Hikari itself wins, each setting by itself, except that size and maximum go
 * together.
 */
record PoolPlan(PoolSize size, PoolTimes times, HikariSettings hikari, List<Decision> decisions) {

	private static final Duration RECYCLE = Duration.ofMinutes(30);

	/**
	 * Poolers close server connections too, and rebalance by it: stay well below their
	 * limits, of which the shortest are at some ten minutes.
	 */
	private static final Duration RECYCLE_BEHIND_POOLER = Duration.ofMinutes(5);

	static PoolPlan of(DbPoolProperties properties, HikariSettings hikari, Via via) {
		PoolSize size = PoolSize.of(properties.size(), properties.maxOverflow());
		Duration recycle = (properties.recycle() != null) ? properties.recycle()
				: (via == Via.DIRECT) ? RECYCLE : RECYCLE_BEHIND_POOLER;
		PoolTimes times = new PoolTimes(recycle, properties.timeout());
		List<Decision> decisions = new ArrayList<>();
		if (hikari.setsSize()) {
			decide(decisions, "maximum", hikari.maximumPoolSize(), "maximum-pool-size", "10 (Hikari)", null);
			decide(decisions, "size", hikari.minimumIdle(), "minimum-idle", "maximum (Hikari)", null);
		}
		else {
			decide(decisions, "size", null, "", size.size(), (properties.size() != null) ? "db-pool.size" : null);
			decide(decisions, "max-overflow", null, "", size.maxOverflow(),
					(properties.maxOverflow() != null) ? "db-pool.max-overflow" : null);
		}
		decide(decisions, "recycle", inWords(hikari.maxLifetime()), "max-lifetime", PoolTimes.inWords(times.recycle()),
				(properties.recycle() != null) ? "db-pool.recycle" : null);
		decide(decisions, "timeout", inWords(hikari.connectionTimeout()), "connection-timeout",
				PoolTimes.inWords(times.timeout()),
				properties.timeout().equals(DbPoolProperties.DEFAULT_TIMEOUT) ? null : "db-pool.timeout");
		return new PoolPlan(size, times, hikari, List.copyOf(decisions));
	}

	private static void decide(List<Decision> decisions, String name, @Nullable Object hikariValue,
			String hikariProperty, Object value, @Nullable String property) {
		if (hikariValue != null) {
			decisions.add(Decision.byProperty(name, hikariValue, HikariSettings.PREFIX + "." + hikariProperty));
		}
		else {
			decisions
				.add((property != null) ? Decision.byProperty(name, value, property) : Decision.byDefault(name, value));
		}
	}

	private static @Nullable String inWords(@Nullable Long millis) {
		return (millis != null) ? PoolTimes.inWords(Duration.ofMillis(millis)) : null;
	}

	void applyTo(HikariDataSource pool) {
		if (!this.hikari.setsSize()) {
			pool.setMaximumPoolSize(this.size.maximum());
			pool.setMinimumIdle(this.size.size());
			// A pool of fixed size has no use for it, and Hikari would warn.
			if (this.hikari.idleTimeout() == null && this.size.maxOverflow() > 0) {
				pool.setIdleTimeout(this.times.idleTimeout().toMillis());
			}
		}
		if (this.hikari.connectionTimeout() == null) {
			pool.setConnectionTimeout(this.times.timeout().toMillis());
		}
		if (this.hikari.maxLifetime() == null) {
			pool.setMaxLifetime(this.times.recycle().toMillis());
			if (this.hikari.keepaliveTime() == null && pool.getKeepaliveTime() >= pool.getMaxLifetime()) {
				// Such a connection is replaced before it needs to be kept alive.
				pool.setKeepaliveTime(0);
			}
		}
	}

	/**
	 * Returns the decisions in words.
	 * @return for example
	 * {@code size 10 (default), max-overflow 5 (db-pool.max-overflow)}
	 */
	String inWords() {
		return String.join(", ",
				this.decisions.stream()
					.map((decision) -> decision.name() + " " + decision.value() + " (" + decision.origin() + ")")
					.toList());
	}

}

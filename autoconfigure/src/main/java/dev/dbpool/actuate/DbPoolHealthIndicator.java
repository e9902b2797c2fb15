package dev.dbpool.actuate;

import java.util.function.Supplier;

import dev.dbpool.monitor.PoolSnapshot;
import dev.dbpool.monitor.PoolState;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * The health of the pool, read from memory. A saturated pool is up: a restart would not
 * heal it, and would take its connections from the database twice.
 */
public class DbPoolHealthIndicator extends AbstractHealthIndicator {

	private final Supplier<@Nullable PoolView> pool;

	/**
	 * Creates the indicator.
	 * @param pool returns the pool as it is now, {@code null} if it is not there yet
	 */
	public DbPoolHealthIndicator(Supplier<@Nullable PoolView> pool) {
		super("The state of the pool could not be read");
		this.pool = pool;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		PoolView view = this.pool.get();
		if (view == null) {
			builder.unknown().withDetail("state", PoolState.STARTING.toString());
			return;
		}
		PoolSnapshot pool = view.monitor().snapshot();
		switch (pool.state()) {
			case STARTING -> builder.unknown();
			case STOPPED -> builder.outOfService();
			default -> builder.up();
		}
		builder.withDetail("state", pool.state().toString())
			.withDetail("size", pool.size())
			.withDetail("maxOverflow", pool.maxOverflow())
			.withDetail("maximum", pool.maximum())
			.withDetail("total", pool.total())
			.withDetail("checkedOut", pool.checkedOut())
			.withDetail("checkedIn", pool.checkedIn())
			.withDetail("overflow", pool.overflow())
			.withDetail("waiting", pool.waiting())
			.withDetail("invalid", pool.invalid())
			.withDetail("timeouts", pool.timeouts())
			.withDetail("via", view.plan().via().toString())
			.withDetail("budget", view.budgetState());
		if (view.problem() != null) {
			builder.withDetail("problem", view.problem());
		}
	}

}

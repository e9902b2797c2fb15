package dev.dbpool.actuate;

import dev.dbpool.Via;
import dev.dbpool.monitor.PoolMonitor;
import dev.dbpool.monitor.PoolSnapshot;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * The health of the pool, read from memory. A saturated pool is up: a restart would not
 * heal it, and would take its connections from the database twice.
 */
public class DbPoolHealthIndicator extends AbstractHealthIndicator {

	private final PoolMonitor monitor;

	private final Via via;

	/**
	 * Creates the indicator.
	 * @param monitor watches the pool
	 * @param via what its connections go through
	 */
	public DbPoolHealthIndicator(PoolMonitor monitor, Via via) {
		super("The state of the pool could not be read");
		this.monitor = monitor;
		this.via = via;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		PoolSnapshot pool = this.monitor.snapshot();
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
			.withDetail("via", this.via.toString());
	}

}

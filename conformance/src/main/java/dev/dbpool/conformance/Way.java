package dev.dbpool.conformance;

import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * How the driver's tests get their connections.
 */
enum Way {

	/**
	 * From Spring Boot's pool, without db-pool.
	 */
	PLAIN(null, false, Map.of("db-pool.enabled", "false")),

	/**
	 * Each lease has another physical connection than the one before.
	 */
	AFTER_TRANSACTION(PLAIN, false, Map.of("db-pool.lease.release", "after-transaction")),

	/**
	 * Likewise, for as long as the logical connection is open.
	 */
	ON_CLOSE(PLAIN, false, Map.of("db-pool.lease.release", "on-close")),

	/**
	 * Without db-pool through a PgBouncer in transaction mode, as its manual says.
	 */
	PLAIN_POOLER(null, true,
			Map.of("db-pool.enabled", "false", Way.DRIVER_PROPERTY.formatted("prepareThreshold"), "0")),

	/**
	 * Through the same PgBouncer.
	 */
	POOLER(PLAIN_POOLER, true, Map.of());

	/**
	 * Where an application has the driver's properties.
	 */
	static final String DRIVER_PROPERTY = "spring.datasource.hikari.data-source-properties.[%s]";

	private final @Nullable Way control;

	private final boolean pooled;

	private final Map<String, String> properties;

	Way(@Nullable Way control, boolean pooled, Map<String, String> properties) {
		this.control = control;
		this.pooled = pooled;
		this.properties = properties;
	}

	/**
	 * Returns the way that decides what has to pass.
	 */
	@Nullable Way control() {
		return this.control;
	}

	boolean pooled() {
		return this.pooled;
	}

	Map<String, String> properties() {
		return this.properties;
	}

	/**
	 * Whether a property that a test asks for is not a data source property.
	 */
	boolean leavesOut(PGProperty property) {
		return switch (property) {
			// They have properties of their own.
			case USER, PASSWORD -> true;
			// A transaction pooler refuses them.
			case OPTIONS -> this.pooled;
			default -> false;
		};
	}

	static Way of(String text) {
		return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}

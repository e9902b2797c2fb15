package dev.dbpool.plan;

import java.util.List;

import dev.dbpool.Decision;
import dev.dbpool.Via;
import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;

/**
 * Whether the runtime uses server-side prepared statements. They live in a server
 * connection, and behind a transaction pooler the next transaction may get another one.
 *
 * @param on whether it does
 * @param url the URL of the runtime that says so: there it beats every other place where
 * a user may have set it
 * @param decision how that was decided
 * @param warnings what the user should know about it
 */
record PreparedStatements(boolean on, PostgresUrl url, Decision decision, List<String> warnings) {

	private static final String NAME = "prepared-statements";

	private static final String THRESHOLD = "prepareThreshold";

	static PreparedStatements of(ConnectionTarget runtime, Via via, ConnectionSettings settings) {
		boolean pooled = via == Via.TRANSACTION_POOLER;
		Boolean set = settings.preparedStatements();
		String property = settings.names().preparedStatements();
		Threshold threshold = Threshold.of(runtime, settings);
		if (threshold != null && threshold.isNever()) {
			return new PreparedStatements(false, pooled ? off(runtime) : runtime.url(),
					decision(false, threshold.property()), List.of());
		}
		if (!pooled) {
			return new PreparedStatements(true, runtime.url(),
					decision(true, (threshold != null) ? threshold.property() : null), List.of());
		}
		if (Boolean.TRUE.equals(set)) {
			return new PreparedStatements(true, runtime.url(), decision(true, property), List.of());
		}
		return new PreparedStatements(false, off(runtime), decision(false, (set != null) ? property : null),
				(threshold != null) ? List.of(threshold.warning(property)) : List.of());
	}

	private static PostgresUrl off(ConnectionTarget runtime) {
		return runtime.url().with(THRESHOLD, "0");
	}

	private static Decision decision(boolean on, @Nullable String property) {
		String value = on ? "on" : "off";
		return (property != null) ? Decision.byProperty(NAME, value, property) : Decision.byDefault(NAME, value);
	}

	/**
	 * After how many executions the user lets the driver prepare a statement; 0 for
	 * never.
	 */
	private record Threshold(String value, String property) {

		static @Nullable Threshold of(ConnectionTarget runtime, ConnectionSettings settings) {
			String inUrl = runtime.url().parameters().get(THRESHOLD);
			if (inUrl != null) {
				return new Threshold(inUrl, runtime.property());
			}
			String inProperties = settings.driverProperties().get(THRESHOLD);
			return (inProperties != null) ? new Threshold(inProperties, settings.names().driverProperties()) : null;
		}

		boolean isNever() {
			return this.value.equals("0");
		}

		String warning(String keepOn) {
			return "%s=%s in %s is overridden with 0: server-side prepared statements break behind a transaction pooler. "
				.formatted(THRESHOLD, Masking.mask(this.value), this.property) + "If this one tracks them, set "
					+ keepOn + "=true.";
		}

	}

}

package dev.dbpool.sizing;

import java.time.Duration;

import dev.dbpool.InvalidSettingException;

/**
 * How long connections live and borrowers wait.
 *
 * @param recycle the age at which a connection is replaced, 30 seconds or more
 * @param timeout the longest wait for a connection, 250 milliseconds or more
 */
public record PoolTimes(Duration recycle, Duration timeout) {

	/**
	 * Hikari's default. Its default for idle connections is a third of it.
	 */
	private static final Duration HIKARI_LIFETIME = Duration.ofMinutes(30);

	/**
	 * Below it Hikari quietly takes its own default of 30 minutes.
	 */
	private static final Duration SHORTEST_RECYCLE = Duration.ofSeconds(30);

	/**
	 * Below it Hikari quietly takes its own default of 30 seconds.
	 */
	private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(250);

	/**
	 * Hikari looks for idle connections every 30 seconds. A shorter limit than that would
	 * not close them any sooner, and close those that the next burst is about to need.
	 */
	private static final Duration IDLE = Duration.ofSeconds(30);

	public PoolTimes {
		check("db-pool.recycle", recycle, SHORTEST_RECYCLE);
		check("db-pool.timeout", timeout, SHORTEST_TIMEOUT);
	}

	private static void check(String property, Duration value, Duration shortest) {
		if (value.compareTo(shortest) < 0) {
			throw new InvalidSettingException(property, inWords(value),
					"but the pool allows no less than " + inWords(shortest) + ".", "Set " + property + " to "
							+ inWords(shortest) + " or more; a number without a unit means seconds.");
		}
	}

	/**
	 * Returns the age at which Hikari really replaces a connection.
	 * @param maxLifetime what it is set to, in milliseconds; 0 for never
	 * @return a duration that may be very long
	 */
	public static Duration lifetime(long maxLifetime) {
		if (maxLifetime == 0) {
			return Duration.ofMillis(Long.MAX_VALUE);
		}
		Duration lifetime = Duration.ofMillis(maxLifetime);
		return (lifetime.compareTo(SHORTEST_RECYCLE) < 0) ? HIKARI_LIFETIME : lifetime;
	}

	/**
	 * Returns how long a connection beyond {@code size} may be idle before it is closed.
	 * It is closed at the latest 30 seconds after that, when Hikari looks again.
	 * @param lifetime the age at which it is replaced
	 * @return 30 seconds, less where connections are replaced sooner than that
	 */
	public static Duration idleTimeout(Duration lifetime) {
		// Hikari turns the limit off where it is within a second of the age limit.
		return shorter(IDLE, lifetime.minusSeconds(2));
	}

	/**
	 * Returns the same where the user set the size as Hikari knows it.
	 * @param lifetime the age at which a connection is replaced
	 * @return 10 minutes, less where connections live shorter than 30
	 */
	public static Duration hikariIdleTimeout(Duration lifetime) {
		return shorter(HIKARI_LIFETIME, lifetime).dividedBy(3);
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	/**
	 * Writes a duration as the properties do.
	 * @param duration the duration
	 * @return for example {@code 5m}, {@code 30s} or {@code 250ms}
	 */
	public static String inWords(Duration duration) {
		if (duration.toMillisPart() != 0) {
			return duration.toMillis() + "ms";
		}
		return (duration.toSecondsPart() == 0 && !duration.isZero()) ? duration.toMinutes() + "m"
				: duration.toSeconds() + "s";
	}

}

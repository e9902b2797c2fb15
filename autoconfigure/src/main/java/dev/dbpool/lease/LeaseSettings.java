package dev.dbpool.lease;

import java.time.Duration;

import dev.dbpool.CaptureStacks;
import dev.dbpool.InvalidSettingException;

/**
 * When a lease becomes a suspect, and what is recorded then.
 *
 * @param suspectAfter the age that makes it one; longer than zero
 * @param idleSuspectAfter the idle time within it that makes it one; longer than zero
 * @param captureStacks which stacks are captured
 */
public record LeaseSettings(Duration suspectAfter, Duration idleSuspectAfter, CaptureStacks captureStacks) {

	public LeaseSettings {
		check("db-pool.lease.suspect-after", suspectAfter);
		check("db-pool.lease.idle-suspect-after", idleSuspectAfter);
	}

	private static void check(String property, Duration value) {
		if (value.isNegative() || value.isZero()) {
			throw new InvalidSettingException(property, value.toMillis() + "ms",
					"but every lease lasts longer than that.",
					"Set it to more than 0, for example to 30s; a number without a unit means seconds.");
		}
	}

}

package dev.dbpool;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * Waits for what happens in the background: not long, but patiently on a busy machine.
 */
public final class Waiting {

	private Waiting() {
	}

	public static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(50));
	}

}

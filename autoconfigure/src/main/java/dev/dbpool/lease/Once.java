package dev.dbpool.lease;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;

/**
 * Logs a warning once for each kind of occasion. The number of kinds is limited, so an
 * application that keeps generating new SQL fills neither the log nor the memory.
 * Thread-safe.
 */
public final class Once {

	private static final int KINDS = 1000;

	/**
	 * How many leading characters two occasions of one kind have in common.
	 */
	private static final int LENGTH = 500;

	private final Log logger;

	private final Set<String> known = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean full = new AtomicBoolean();

	/**
	 * Creates one that knows of no occasion yet.
	 * @param logger where it warns
	 */
	public Once(Log logger) {
		this.logger = logger;
	}

	/**
	 * Warns, unless that was done for this kind of occasion.
	 * @param kind the occasion without what differs from one time to the other
	 * @param warning the line to be logged
	 */
	public void warn(String kind, Supplier<String> warning) {
		String key = (kind.length() > LENGTH) ? kind.substring(0, LENGTH) : kind;
		if (this.known.contains(key)) {
			return;
		}
		if (this.known.size() < KINDS) {
			if (this.known.add(key)) {
				this.logger.warn(warning.get());
			}
		}
		else if (this.full.compareAndSet(false, true)) {
			this.logger.warn("There were " + KINDS + " warnings like the last ones, each of another kind. "
					+ "Further kinds are not logged");
		}
	}

}

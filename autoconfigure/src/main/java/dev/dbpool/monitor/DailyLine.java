package dev.dbpool.monitor;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs a line once a day, the first a day after the start. Used by one thread; time is
 * passed in.
 */
public final class DailyLine {

	private static final Log logger = LogFactory.getLog(DailyLine.class);

	private static final long DAY = TimeUnit.DAYS.toNanos(1);

	private final Supplier<String> line;

	// Mutable state

	private long last;

	/**
	 * Begins.
	 * @param line what to log
	 * @param now the time of a monotonic clock, in nanoseconds
	 */
	public DailyLine(Supplier<String> line, long now) {
		this.line = line;
		this.last = now;
	}

	void watch(long now) {
		if (now - this.last >= DAY) {
			this.last = now;
			logger.info(this.line.get());
		}
	}

}

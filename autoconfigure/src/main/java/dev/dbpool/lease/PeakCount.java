package dev.dbpool.lease;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts something, and remembers how many there were at most at the same time.
 * Thread-safe.
 */
final class PeakCount {

	private final AtomicInteger count = new AtomicInteger();

	private final InstantSource clock;

	private volatile Observation.Peak peak = new Observation.Peak(0, null);

	PeakCount(InstantSource clock) {
		this.clock = clock;
	}

	void up() {
		int count = this.count.incrementAndGet();
		if (count > this.peak.number()) {
			raise(count);
		}
	}

	void down() {
		this.count.decrementAndGet();
	}

	private synchronized void raise(int count) {
		if (count > this.peak.number()) {
			this.peak = new Observation.Peak(count, this.clock.instant());
		}
	}

	Observation.Peak peak() {
		return this.peak;
	}

}

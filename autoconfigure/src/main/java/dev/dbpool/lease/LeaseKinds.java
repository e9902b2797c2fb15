package dev.dbpool.lease;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

/**
 * Adds up leases that were used for the same. The number of kinds is limited, so an
 * application that keeps generating new SQL does not fill the memory. Thread-safe.
 */
final class LeaseKinds {

	private static final int KINDS = 1000;

	private static final int SHOWN = 20;

	private static final Key OTHERS = new Key(null, "... (other SQL)");

	private final Map<Key, Sums> sums = new ConcurrentHashMap<>();

	void add(LeaseSnapshot lease) {
		Key key = new Key(lease.transaction(), lease.lastSql());
		Sums sums = this.sums.get(key);
		if (sums == null) {
			sums = this.sums.computeIfAbsent((this.sums.size() < KINDS) ? key : OTHERS, (kind) -> new Sums());
		}
		sums.leases.increment();
		sums.held.add(lease.age().toNanos());
		sums.busy.add(lease.busy().toNanos());
	}

	/**
	 * Returns the kinds that were idle for longest.
	 */
	List<Observation.Kind> mostIdle() {
		return this.sums.entrySet()
			.stream()
			.map((kind) -> kind.getValue().of(kind.getKey()))
			.sorted(Comparator.comparing(Observation.Kind::idle).reversed())
			.limit(SHOWN)
			.toList();
	}

	private record Key(@Nullable String transaction, @Nullable String lastSql) {
	}

	private static final class Sums {

		private final LongAdder leases = new LongAdder();

		private final LongAdder held = new LongAdder();

		private final LongAdder busy = new LongAdder();

		Observation.Kind of(Key key) {
			return new Observation.Kind(key.transaction(), key.lastSql(), this.leases.sum(),
					Duration.ofNanos(this.held.sum()), Duration.ofNanos(this.busy.sum()));
		}

	}

}

package dev.dbpool.guard;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import dev.dbpool.sql.SessionStatement;

/**
 * Remembers which SQL needs a session of its own, and which code sends it. The number of
 * kinds is limited, so an application that keeps generating new SQL does not fill the
 * memory. Thread-safe.
 */
public final class SessionBoundSql {

	private static final int KINDS = 1000;

	private final Map<Key, LongAdder> counts = new ConcurrentHashMap<>();

	private final LongAdder total = new LongAdder();

	void add(SessionStatement statement, String shape, String place) {
		this.total.increment();
		Key key = new Key(statement, shape, place);
		LongAdder count = this.counts.get(key);
		if (count == null && this.counts.size() < KINDS) {
			count = this.counts.computeIfAbsent(key, (kind) -> new LongAdder());
		}
		if (count != null) {
			count.increment();
		}
	}

	/**
	 * Returns how often such SQL was sent.
	 * @return the count since the start, of kinds that are not remembered as well
	 */
	public long total() {
		return this.total.sum();
	}

	/**
	 * Returns what was sent.
	 * @return what was sent most often, first
	 */
	public List<Seen> seen() {
		return this.counts.entrySet()
			.stream()
			.map((kind) -> kind.getKey().seen(kind.getValue().sum()))
			.sorted(Comparator.comparing(Seen::count).reversed())
			.toList();
	}

	/**
	 * One kind of SQL from one place in the code.
	 *
	 * @param sql its shape: without literals, shortened
	 * @param place the code that sent it, as in a stack trace
	 * @param count how often
	 * @param problem what it does behind a transaction pooler, and the way out
	 * @param refused whether it would be refused there by default
	 */
	public record Seen(String sql, String place, long count, String problem, boolean refused) {
	}

	private record Key(SessionStatement statement, String shape, String place) {

		Seen seen(long count) {
			return new Seen(this.shape, this.place, count, this.statement.explain(), this.statement.isMisplacing());
		}

	}

}

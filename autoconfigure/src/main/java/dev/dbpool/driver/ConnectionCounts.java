package dev.dbpool.driver;

import java.sql.SQLWarning;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

/**
 * What the connections of one pool count together. Thread-safe.
 *
 * @param invalid connections discarded as broken
 * @param queued notices of the pooler that a client waits for a server connection
 * @param unanswered validations that the pooler has not answered yet
 * @param stalePlans failures by a cached plan that no longer fits, and that no connection
 * has seen to yet
 * @param connections the open connections, if they go through a transaction pooler
 * @param silence when a question was asked, by {@link System#nanoTime()}, that a
 * connection never answered; 0 if there is none, or if it has been seen to
 * @param thresholdWarned whether there was a warning of re-enabled prepared statements
 */
public record ConnectionCounts(LongAdder invalid, LongAdder queued, AtomicInteger unanswered, AtomicInteger stalePlans,
		Set<PoolerConnection> connections, AtomicLong silence, AtomicBoolean thresholdWarned) {

	private static final String REMEDY = "See cl_waiting in SHOW POOLS of its console, shorten the transactions, or let it open more server connections.";

	/**
	 * As PgBouncer 1.25 and newer say it, at the end of a sentence.
	 */
	private static final String QUEUED = "client being queued";

	public ConnectionCounts() {
		this(new LongAdder(), new LongAdder(), new AtomicInteger(), new AtomicInteger(), ConcurrentHashMap.newKeySet(),
				new AtomicLong(), new AtomicBoolean());
	}

	/**
	 * Whether a connection may have been forgotten together with one that fell silent: it
	 * has not been heard of since.
	 * @param lastAnswer when the server answered last
	 */
	boolean mayBeSilent(long lastAnswer) {
		long silence = this.silence.get();
		return silence != 0 && lastAnswer - silence < 0;
	}

	/**
	 * Counts the pooler's notices that a client waits for a server connection.
	 * @param warnings a chain of warnings of the driver
	 */
	public void countQueued(@Nullable SQLWarning warnings) {
		for (SQLWarning warning = warnings; warning != null; warning = warning.getNextWarning()) {
			if (warning.getMessage() != null && warning.getMessage().contains(QUEUED)) {
				this.queued.increment();
			}
		}
	}

	/**
	 * Says whether the pooler keeps borrowers waiting, for the message of a borrower that
	 * timed out.
	 * @param running leases on which something runs
	 * @return a sentence, empty if nothing points to the pooler
	 */
	public String blame(int running) {
		int waiting = this.unanswered.get();
		int possibly = 0;
		for (PoolerConnection connection : this.connections) {
			switch (connection.serverWait()) {
				case YES -> waiting++;
				case POSSIBLY -> possibly++;
				case NO -> {
				}
			}
		}
		// A statement that is only open does not wait for anything.
		possibly = Math.min(possibly, running);
		int total = this.connections.size();
		if (waiting > 0) {
			return "%d of %d connections wait for a server connection of the pooler: the pooler is full, not this pool. %s"
				.formatted(waiting, total, REMEDY);
		}
		return (possibly > 0)
				? "%d of %d connections have a statement that runs, or waits for a server connection of the pooler. If the pooler is full, a larger pool here does not help. %s"
					.formatted(possibly, total, REMEDY)
				: "";
	}

}

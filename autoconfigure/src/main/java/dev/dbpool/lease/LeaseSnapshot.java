package dev.dbpool.lease;

import java.time.Duration;
import java.util.List;

import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;

/**
 * A lease at one moment.
 *
 * @param owner the name of the thread that acquired it
 * @param transaction Spring's name of its transaction, by default class and method;
 * {@code null} if there is none
 * @param age for how long it has lasted
 * @param busy for how long of that a statement ran or rows were fetched; never more than
 * the age
 * @param statements how many statements were executed
 * @param lastSql the last of them, on one line, without literals, shortened; {@code null}
 * if there is none
 * @param state why it lasts
 * @param pin what it is pinned by; {@code null} if it is not
 * @param suspect whether it has outlived its threshold
 * @param sample what its owner was doing when it became a suspect; empty if it is none,
 * or if nothing was captured
 * @param acquired where it was acquired; empty unless that is captured
 */
public record LeaseSnapshot(String owner, @Nullable String transaction, Duration age, Duration busy, long statements,
		@Nullable String lastSql, LeaseState state, @Nullable String pin, boolean suspect,
		List<StackTraceElement> sample, List<StackTraceElement> acquired) {

	/**
	 * Returns for how long nothing ran in it.
	 * @return age without busy time
	 */
	public Duration idle() {
		return this.age.minus(this.busy);
	}

	/**
	 * Returns the lease in words, for a message.
	 * @return one line without control characters
	 */
	public String inWords() {
		StringBuilder words = new StringBuilder(Masking.printable(this.owner));
		if (this.transaction != null) {
			words.append(" in ").append(Masking.printable(this.transaction));
		}
		words.append(" for ").append(seconds(this.age)).append(", busy ").append(busyShare()).append(" %, ");
		words.append((this.pin != null) ? "pinned by " + this.pin : this.state.toString());
		if (this.lastSql != null) {
			words.append(", last SQL: ").append(this.lastSql);
		}
		return words.toString();
	}

	private long busyShare() {
		return Math.round(100.0 * this.busy.toNanos() / Math.max(1, this.age.toNanos()));
	}

	private static String seconds(Duration duration) {
		long tenths = duration.toMillis() / 100;
		return tenths / 10 + "." + tenths % 10 + "s";
	}

}

package dev.dbpool.lease;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What was measured of a pool that is only observed.
 *
 * @param used how many connections were borrowed at the same time
 * @param needed how many of them were needed at the same time: a transaction was open in
 * them or a statement, or something that only a session remembers. So many would have
 * done if each had been given back after the transaction
 * @param idleShare which share of the time for which connections were borrowed nothing
 * ran in them, from 0 to 1
 * @param mostIdle what was idle for longest, first
 */
public record Observation(Peak used, Peak needed, double idleShare, List<Kind> mostIdle) {

	/**
	 * The highest number so far.
	 *
	 * @param number how many there were at the same time
	 * @param at when that was first; {@code null} if there were none
	 */
	public record Peak(int number, @Nullable Instant at) {
	}

	/**
	 * Leases that were used for the same.
	 *
	 * @param transaction Spring's name of their last transaction; {@code null} if there
	 * was none
	 * @param lastSql their last SQL, without literals, shortened; {@code null} if there
	 * was none
	 * @param leases how many there were
	 * @param held for how long all of them lasted together
	 * @param busy for how long of that a statement ran or rows were fetched
	 */
	public record Kind(@Nullable String transaction, @Nullable String lastSql, long leases, Duration held,
			Duration busy) {

		/**
		 * Returns for how long nothing ran in them.
		 * @return the time held without the busy time
		 */
		public Duration idle() {
			return this.held.minus(this.busy);
		}

	}

}

package dev.dbpool.lease;

/**
 * What all leases add up to since the start.
 *
 * @param leases how many have ended
 * @param heldNanos how long they lasted, in nanoseconds; sampled four times a second,
 * because a look at the clock for each of them would cost as much as all the rest
 * @param busyNanos how long of that a statement ran or rows were fetched, in nanoseconds
 * @param statements how many statements were executed
 */
public record LeaseTotals(long leases, long heldNanos, long busyNanos, long statements) {

	LeaseTotals plus(LeaseTotals other) {
		return new LeaseTotals(this.leases + other.leases, this.heldNanos + other.heldNanos,
				this.busyNanos + other.busyNanos, this.statements + other.statements);
	}

}

package dev.dbpool.lease;

/**
 * What all leases that have ended add up to since the start.
 *
 * @param leases how many there were
 * @param heldNanos how long they lasted, in nanoseconds
 * @param busyNanos how long of that a statement ran or rows were fetched, in nanoseconds
 * @param statements how many statements were executed
 */
public record LeaseTotals(long leases, long heldNanos, long busyNanos, long statements) {

	static final LeaseTotals NONE = new LeaseTotals(0, 0, 0, 0);

	LeaseTotals plus(LeaseTotals other) {
		return new LeaseTotals(this.leases + other.leases, this.heldNanos + other.heldNanos,
				this.busyNanos + other.busyNanos, this.statements + other.statements);
	}

}

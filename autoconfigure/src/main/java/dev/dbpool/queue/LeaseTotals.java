package dev.dbpool.queue;

/**
 * What all leases that have ended add up to since the start.
 *
 * @param leases how many there were
 * @param busyNanos how long a statement ran or rows were fetched in them, in nanoseconds
 * @param statements how many statements were executed
 */
public record LeaseTotals(long leases, long busyNanos, long statements) {

	/**
	 * No lease yet.
	 */
	public static final LeaseTotals NONE = new LeaseTotals(0, 0, 0);

	/**
	 * Adds others.
	 * @param other the others
	 * @return the totals of both
	 */
	public LeaseTotals plus(LeaseTotals other) {
		return new LeaseTotals(this.leases + other.leases, this.busyNanos + other.busyNanos,
				this.statements + other.statements);
	}

}

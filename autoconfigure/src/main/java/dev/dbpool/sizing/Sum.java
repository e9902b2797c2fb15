package dev.dbpool.sizing;

/**
 * One side of a budget: what the fleet needs there, and the limit.
 *
 * @param name what is limited, for example {@code database}
 * @param fixed what is needed whatever the number of processes
 * @param processes how many processes
 * @param perProcess what each of them needs
 * @param limit what there is, 0 or more
 */
public record Sum(String name, int fixed, int processes, int perProcess, int limit) {

	/**
	 * Returns what the fleet needs.
	 * @return 0 or more
	 */
	public long needed() {
		return this.fixed + (long) this.processes * this.perProcess;
	}

	/**
	 * Whether it fits.
	 * @return {@code true} if no more is needed than there is
	 */
	public boolean fits() {
		return needed() <= this.limit;
	}

	/**
	 * Returns the sum as one would write it.
	 * @return for example {@code 6 x 20 = 120 > 80}
	 */
	public String inWords() {
		return "%s%d x %d = %d %s %d".formatted((this.fixed > 0) ? this.fixed + " + " : "", this.processes,
				this.perProcess, needed(), fits() ? "<=" : ">", this.limit);
	}

}

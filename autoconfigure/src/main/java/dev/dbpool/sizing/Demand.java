package dev.dbpool.sizing;

/**
 * What the fleet needs on one side of a budget, and the limit there.
 *
 * @param side what is limited
 * @param fixed what is needed, however many processes there are
 * @param processes how many processes
 * @param perProcess what each of them needs
 * @param limit what there is, 0 or more
 */
public record Demand(Side side, int fixed, int processes, int perProcess, int limit) {

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
	 * Returns the arithmetic.
	 * @return for example {@code 6 x 20 = 120 > 80}
	 */
	public String inWords() {
		return "%s%d x %d = %d %s %d".formatted((this.fixed > 0) ? this.fixed + " + " : "", this.processes,
				this.perProcess, needed(), fits() ? "<=" : ">", this.limit);
	}

	/**
	 * What has a limit.
	 */
	public enum Side {

		/**
		 * The connections that the database can give to this application.
		 */
		DATABASE("database"),

		/**
		 * The server connections that the pooler opens for this database and role.
		 */
		POOLER_SERVERS("server connections of the pooler"),

		/**
		 * The clients that the pooler accepts.
		 */
		POOLER_CLIENTS("clients of the pooler");

		private final String words;

		Side(String words) {
			this.words = words;
		}

		/**
		 * Returns the name as operators see it.
		 * @return for example {@code clients of the pooler}
		 */
		@Override
		public String toString() {
			return this.words;
		}

	}

}

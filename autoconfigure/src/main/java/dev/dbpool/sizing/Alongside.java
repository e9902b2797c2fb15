package dev.dbpool.sizing;

/**
 * What the other pools of the application need where one of them has its connections.
 *
 * @param perProcess connections of each process to the same server
 * @param fixed connections to the same server, however many processes there are: those of
 * poolers
 * @param sameRole as {@code perProcess}, but only with the same role
 * @param sameDatabase as {@code perProcess}, but only to the same database
 * @param poolerClients clients of the same pooler in each process
 */
public record Alongside(int perProcess, int fixed, int sameRole, int sameDatabase, int poolerClients) {

	/**
	 * There are no other pools.
	 */
	public static final Alongside NONE = new Alongside(0, 0, 0, 0, 0);

	/**
	 * Returns what both need together.
	 * @param other what another pool needs
	 * @return the sum
	 */
	public Alongside and(Alongside other) {
		return new Alongside(this.perProcess + other.perProcess, this.fixed + other.fixed,
				this.sameRole + other.sameRole, this.sameDatabase + other.sameDatabase,
				this.poolerClients + other.poolerClients);
	}

}

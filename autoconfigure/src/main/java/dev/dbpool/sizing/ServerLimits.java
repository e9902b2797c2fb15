package dev.dbpool.sizing;

/**
 * What a PostgreSQL server says about its connections.
 *
 * @param maxConnections {@code max_connections}
 * @param superuserReserved {@code superuser_reserved_connections}
 * @param reserved {@code reserved_connections}, 0 before PostgreSQL 16
 * @param roleLimit the {@code CONNECTION LIMIT} of the runtime's role, -1 for none
 * @param databaseLimit the {@code CONNECTION LIMIT} of the database, -1 for none
 */
public record ServerLimits(int maxConnections, int superuserReserved, int reserved, int roleLimit, int databaseLimit) {

	/**
	 * Returns how many connections the server keeps from ordinary roles.
	 * @return 0 or more
	 */
	public int keptBack() {
		return this.superuserReserved + this.reserved;
	}

}

package dev.dbpool.neighbours.libraries;

/**
 * How an application reaches its database.
 */
enum Way {

	/**
	 * Without db-pool, straight to the database.
	 */
	PLAIN_BOOT("direct"),

	/**
	 * With db-pool, through a PgBouncer that tracks no prepared statements.
	 */
	TRANSACTION_POOLER("pooled");

	/**
	 * What the connections that it holds are called in {@code pg_stat_activity}.
	 */
	final String connectionName;

	Way(String connectionName) {
		this.connectionName = connectionName;
	}

}

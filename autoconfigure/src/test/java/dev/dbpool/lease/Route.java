package dev.dbpool.lease;

/**
 * What lies between the pool and the database.
 */
enum Route {

	/**
	 * Nothing; leases end with the transaction because that was asked for.
	 */
	DIRECT,

	/**
	 * A transaction pooler.
	 */
	POOLER

}

package dev.dbpool;

/**
 * How a pooler hands out its server connections.
 */
public enum PoolerMode {

	/**
	 * Decided from the endpoint. Doubt counts as {@link #TRANSACTION}: what is safe there
	 * is safe in session mode as well.
	 */
	AUTO,

	/**
	 * A server connection for each transaction.
	 */
	TRANSACTION,

	/**
	 * A server connection for as long as the client is connected.
	 */
	SESSION

}

package dev.dbpool.plan;

/**
 * What a look at one end of a connection found.
 */
public enum ProbeResult {

	/**
	 * The database itself: the process id that the connection was given is that of the
	 * server process.
	 */
	DATABASE,

	/**
	 * Some pooler: it made up the process id. Whether transactions move was not watched.
	 */
	POOLER,

	/**
	 * Some pooler, and transactions did not move while they were watched: session mode,
	 * or chance.
	 */
	POOLER_WITHOUT_PROOF,

	/**
	 * Transactions moved between server connections, or shared one.
	 */
	TRANSACTION_POOLER,

	/**
	 * The pooler does not allow transactions.
	 */
	STATEMENT_POOLER

}

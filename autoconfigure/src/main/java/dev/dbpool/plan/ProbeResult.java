package dev.dbpool.plan;

/**
 * What a probe found behind a URL.
 */
public enum ProbeResult {

	/**
	 * The database itself: the process id that the connection was given is that of the
	 * server process.
	 */
	DATABASE,

	/**
	 * Some pooler: it made up the process id. The probe did not watch whether
	 * transactions move.
	 */
	POOLER,

	/**
	 * Some pooler, and transactions did not move while the probe watched: session mode,
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

package dev.dbpool;

/**
 * When a physical connection goes back to the pool.
 */
public enum Release {

	/**
	 * When the transaction ends, or outside of one when the last statement is closed.
	 */
	AFTER_TRANSACTION,

	/**
	 * When the logical connection is closed.
	 */
	ON_CLOSE,

	/**
	 * After the transaction behind a transaction pooler, which demands as much of the
	 * application already; on close otherwise.
	 */
	AUTO;

	/**
	 * Decides.
	 * @param throughTransactionPooler what the connections go through
	 * @return whether a lease ends with the transaction
	 */
	public boolean afterTransaction(boolean throughTransactionPooler) {
		return this == AFTER_TRANSACTION || (this == AUTO && throughTransactionPooler);
	}

}

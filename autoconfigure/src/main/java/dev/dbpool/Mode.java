package dev.dbpool;

/**
 * Whether db-pool acts, or only watches.
 */
public enum Mode {

	/**
	 * It plans the connections, sizes and wraps the pool, and refuses what cannot work.
	 */
	MANAGE,

	/**
	 * It changes nothing and refuses nothing. It measures what the application does with
	 * its pool, and tells what {@link #MANAGE} would do.
	 */
	OBSERVE

}

package dev.dbpool;

/**
 * What a guard does about what it sees.
 */
public enum GuardMode {

	/**
	 * An exception where data could get into the wrong place, a warning for the rest.
	 */
	AUTO,

	/**
	 * It does not look.
	 */
	OFF,

	/**
	 * A warning in the log, once for each kind of occasion.
	 */
	WARN,

	/**
	 * An exception, before anything happens.
	 */
	FAIL

}

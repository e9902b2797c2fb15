package dev.dbpool;

/**
 * What happens where sizes that the user set do not fit the budget.
 */
public enum OnExceeded {

	/**
	 * The start-up stops.
	 */
	FAIL,

	/**
	 * A warning, and the sizes as they are set.
	 */
	WARN,

	/**
	 * A warning, and sizes that fit.
	 */
	SHRINK

}

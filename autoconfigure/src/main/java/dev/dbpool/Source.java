package dev.dbpool;

import java.util.Locale;

/**
 * Where a decision came from.
 */
public enum Source {

	/**
	 * The user set a property.
	 */
	PROPERTY,

	/**
	 * Nothing was set.
	 */
	DEFAULT,

	/**
	 * It was recognised, for example from the host name of a well-known provider.
	 */
	DETECTED;

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}

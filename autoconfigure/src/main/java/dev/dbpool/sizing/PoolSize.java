package dev.dbpool.sizing;

import dev.dbpool.InvalidSettingException;
import org.jspecify.annotations.Nullable;

/**
 * The size of one process's pool.
 *
 * @param size connections that are kept ready: 1 or more, but 0 where the user tells
 * Hikari so
 * @param maxOverflow how many more the pool may open, 0 or more
 */
public record PoolSize(int size, int maxOverflow) {

	/**
	 * Connections kept ready unless the user says otherwise.
	 */
	public static final int DEFAULT_SIZE = 10;

	/**
	 * Connections beyond them unless the user says otherwise.
	 */
	public static final int DEFAULT_MAX_OVERFLOW = 10;

	/**
	 * Returns the size that the user asked for.
	 * @param prefix what the properties begin with, for example {@code db-pool}
	 * @param size {@code db-pool.size}, {@code null} for the default
	 * @param maxOverflow {@code db-pool.max-overflow}, {@code null} for the default
	 * @return the size
	 * @throws InvalidSettingException if a number is out of range
	 */
	public static PoolSize of(String prefix, @Nullable Integer size, @Nullable Integer maxOverflow) {
		PoolSize asked = new PoolSize((size != null) ? size : DEFAULT_SIZE,
				(maxOverflow != null) ? maxOverflow : DEFAULT_MAX_OVERFLOW);
		check(prefix, asked.size, asked.maxOverflow);
		return asked;
	}

	private static void check(String prefix, int size, int maxOverflow) {
		if (size < 1) {
			throw new InvalidSettingException(prefix + ".size", size, "but a pool needs at least one connection.",
					"Set " + prefix + ".size to 1 or more.");
		}
		if (maxOverflow < 0) {
			throw new InvalidSettingException(prefix + ".max-overflow", maxOverflow,
					"but a pool cannot overflow by a negative number.",
					"Set " + prefix + ".max-overflow to 0 for a pool of fixed size, or to more.");
		}
		if (size > Integer.MAX_VALUE - maxOverflow) {
			throw new InvalidSettingException(prefix + ".max-overflow", maxOverflow,
					"which together with " + prefix + ".size '" + size + "' is more than any pool can hold.",
					"Set both to what the database allows.");
		}
	}

	/**
	 * Returns how many connections the pool has at the most.
	 * @return size and overflow together
	 */
	public int maximum() {
		return this.size + this.maxOverflow;
	}

}

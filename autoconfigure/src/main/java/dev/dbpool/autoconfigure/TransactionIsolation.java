package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.util.Locale;
import java.util.stream.Stream;

import dev.dbpool.InvalidSettingException;

/**
 * The isolation levels that PostgreSQL has, as {@link Connection} names them.
 */
enum TransactionIsolation {

	TRANSACTION_READ_UNCOMMITTED(Connection.TRANSACTION_READ_UNCOMMITTED),

	TRANSACTION_READ_COMMITTED(Connection.TRANSACTION_READ_COMMITTED),

	TRANSACTION_REPEATABLE_READ(Connection.TRANSACTION_REPEATABLE_READ),

	TRANSACTION_SERIALIZABLE(Connection.TRANSACTION_SERIALIZABLE);

	private final int level;

	TransactionIsolation(int level) {
		this.level = level;
	}

	/**
	 * Reads a level as Hikari does: its name in any case, or its number.
	 * @return the level as in {@link Connection}
	 * @throws InvalidSettingException if PostgreSQL does not have it
	 */
	static int parse(String property, String text) {
		String name = text.strip().toUpperCase(Locale.ROOT);
		return Stream.of(values())
			.filter((known) -> known.name().equals(name) || String.valueOf(known.level).equals(name))
			.findFirst()
			.orElseThrow(() -> new InvalidSettingException(property, text,
					"which is not an isolation level of PostgreSQL.",
					"Set it to TRANSACTION_READ_COMMITTED, TRANSACTION_REPEATABLE_READ or TRANSACTION_SERIALIZABLE.")).level;
	}

}

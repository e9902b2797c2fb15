package dev.dbpool.lease;

import java.sql.SQLException;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * How the connections of the runtime behave.
 *
 * @param throughTransactionPooler whether consecutive transactions may get different
 * server connections, so that nothing may be set for longer than one
 * @param defaultIsolation the isolation level of a transaction that asks for none, as in
 * {@link java.sql.Connection}
 * @param isolation the level that connections ask for unless told otherwise
 * @param schema the schema that unqualified names are looked up in first; {@code null} if
 * unknown
 * @param settings what each transaction begins with
 * @param check sees the SQL of each statement
 * @param explain adds to a failed statement's exception what it means
 */
public record ConnectionRules(boolean throughTransactionPooler, int defaultIsolation, int isolation,
		@Nullable String schema, TransactionSettings settings, SqlCheck check, UnaryOperator<SQLException> explain) {

	/**
	 * Whether connections behave as the driver's do.
	 * @return {@code true} if they need no wrapper
	 */
	boolean areTheDrivers() {
		return !this.throughTransactionPooler && this.settings == TransactionSettings.NONE;
	}

}

package dev.dbpool;

import java.util.Map;

/**
 * Server settings that each transaction of the runtime begins with, for example the
 * {@code search_path} of a tenant. A bean of this type is asked at the first statement of
 * a transaction, on the thread that executes it; what it returns is applied as by
 * {@code SET LOCAL}, so it ends with the transaction and reaches no other client, behind
 * a transaction pooler too.
 * <p>
 * If there are several beans, the settings of all of them are applied, in the order of
 * {@code @Order}. They must not return different values for one setting: that stops the
 * start-up, or refuses the transaction for which they do it.
 * <p>
 * The application does not start if a data source would run transactions without the
 * settings, because db-pool is off, steps aside or does not manage it.
 * <p>
 * While there are settings, a statement outside of a transaction is refused: it would run
 * without them. What Hibernate and Spring Boot ask on their own behalf, at start-up and
 * for the health, is let through. Implementations must be thread-safe and must not use
 * the database.
 */
@FunctionalInterface
public interface TransactionSettings {

	/**
	 * No settings.
	 */
	TransactionSettings NONE = Map::of;

	/**
	 * Returns the settings of the transaction that begins.
	 * @return values by the name of the setting; a {@code search_path} of several schemas
	 * separates them by commas
	 */
	Map<String, String> get();

}

package dev.dbpool.guard;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Optional;
import java.util.function.Predicate;

import dev.dbpool.GuardMode;
import dev.dbpool.lease.Once;
import dev.dbpool.lease.SqlCheck;
import dev.dbpool.sql.SessionStatement;
import dev.dbpool.sql.SqlShape;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ConcurrentLruCache;

/**
 * Recognises SQL that needs a session of its own before it is sent. It sees literal SQL
 * only, not what functions do. Thread-safe.
 */
public final class SessionStateGuard implements SqlCheck {

	private static final Log logger = LogFactory.getLog(SessionStateGuard.class);

	/**
	 * Texts that are known need not be read again. What is longer than the longest costs
	 * more to send than to read, so that no more than 4 million characters are kept.
	 */
	private static final int KNOWN_TEXTS = 1000;

	private static final int LONGEST_KNOWN = 4000;

	private static final int SHOWN_LENGTH = 200;

	private final boolean pin;

	private final Predicate<SessionStatement> refused;

	private final @Nullable SessionBoundSql seen;

	private final ConcurrentLruCache<String, Optional<SessionStatement>> known = new ConcurrentLruCache<>(KNOWN_TEXTS,
			SessionStateGuard::read);

	private final Once warnings = new Once(logger);

	/**
	 * Creates a guard.
	 * @param pin whether what it sees keeps its physical connection, and nothing else
	 * happens
	 * @param refused what is refused; it warns of the rest
	 * @param seen remembers what it sees; {@code null} if nothing does
	 */
	private SessionStateGuard(boolean pin, Predicate<SessionStatement> refused, @Nullable SessionBoundSql seen) {
		this.pin = pin;
		this.refused = refused;
		this.seen = seen;
	}

	/**
	 * Creates the guard for leases that end with the transaction on connections that are
	 * not shared with other clients: SQL that needs the session pins its lease.
	 * @return the guard
	 */
	public static SqlCheck pinning() {
		return new SessionStateGuard(true, (state) -> false, null);
	}

	/**
	 * Creates the guard for a pool that is only observed: SQL that needs the session is
	 * remembered, and would pin a lease that ends with the transaction.
	 * @param seen remembers it
	 * @return the guard
	 */
	public static SqlCheck observing(SessionBoundSql seen) {
		return new SessionStateGuard(true, (state) -> false, seen);
	}

	/**
	 * Creates the guard for a mode.
	 * @param mode what to do
	 * @return the guard, or none
	 */
	public static SqlCheck of(GuardMode mode) {
		return switch (mode) {
			case AUTO -> new SessionStateGuard(false, SessionStatement::isMisplacing, null);
			case OFF -> NONE;
			case WARN -> new SessionStateGuard(false, (state) -> false, null);
			case FAIL -> new SessionStateGuard(false, (state) -> true, null);
		};
	}

	/**
	 * Says whether a text needs a session of its own.
	 * @param sql one or more statements
	 * @return what it does and the way out; {@code null} if it does not
	 */
	public static @Nullable String explain(String sql) {
		SessionStatement statement = SessionStatement.find(sql);
		return (statement != null) ? statement.explain() : null;
	}

	/**
	 * Returns a text as it may be shown.
	 * @param sql any SQL
	 * @return the text on one line, without literals, shortened
	 */
	public static String shape(String sql) {
		return SqlShape.of(sql, SHOWN_LENGTH);
	}

	private static Optional<SessionStatement> read(String sql) {
		return Optional.ofNullable(SessionStatement.find(sql));
	}

	@Override
	public @Nullable String check(String sql) throws SQLException {
		Optional<SessionStatement> found = (sql.length() <= LONGEST_KNOWN) ? this.known.get(sql) : read(sql);
		if (found.isEmpty()) {
			return null;
		}
		SessionStatement statement = found.get();
		if (this.seen != null) {
			this.seen.add(statement, shape(sql), CallSite.find());
		}
		if (this.pin) {
			return statement.pin();
		}
		if (this.refused.test(statement)) {
			throw new SQLFeatureNotSupportedException("Refused behind a transaction pooler: " + statement.explain()
					+ " db-pool.guard.session-state=warn lets it pass. SQL: " + shape(sql), "0A000");
		}
		warn(sql, statement);
		return null;
	}

	/**
	 * Once for each kind, setting and place: values may be as many as there are tenants.
	 */
	private void warn(String sql, SessionStatement statement) {
		String place = CallSite.find();
		this.warnings.warn(statement + place, () -> "This does not work behind a transaction pooler: "
				+ statement.explain() + " SQL: " + shape(sql) + " at " + place);
	}

}

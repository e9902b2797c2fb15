package dev.dbpool.guard;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.dbpool.lease.SqlCheck;
import dev.dbpool.sql.SqlShape;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Recognises SQL that needs a session of its own before it is sent. It sees literal SQL
 * only, not what functions do. Thread-safe.
 */
public final class SessionStateGuard implements SqlCheck {

	private static final Log logger = LogFactory.getLog(SessionStateGuard.class);

	/**
	 * An application that builds ever new texts must not fill the memory.
	 */
	private static final int KNOWN_TEXTS = 2000;

	private static final int SHOWN_LENGTH = 200;

	private final boolean pin;

	private final boolean fail;

	private final Map<String, Optional<SessionStatement>> known = new ConcurrentHashMap<>();

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	/**
	 * Creates a guard.
	 * @param pin whether what it sees keeps its physical connection
	 * @param fail whether it refuses what it sees, or only warns
	 */
	private SessionStateGuard(boolean pin, boolean fail) {
		this.pin = pin;
		this.fail = fail;
	}

	/**
	 * Creates the guard for leases that end with the transaction on a connection that is
	 * nobody else's: what needs the session pins its lease.
	 * @return the guard
	 */
	public static SqlCheck pinning() {
		return new SessionStateGuard(true, false);
	}

	/**
	 * Creates the guard for a mode.
	 * @param mode what to do
	 * @return the guard, or none
	 */
	public static SqlCheck of(GuardMode mode) {
		return (mode != GuardMode.OFF) ? new SessionStateGuard(false, mode == GuardMode.FAIL) : NONE;
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

	@Override
	public @Nullable String check(String sql) throws SQLException {
		Optional<SessionStatement> found = this.known.get(sql);
		if (found == null) {
			found = Optional.ofNullable(SessionStatement.find(sql));
			if (this.known.size() < KNOWN_TEXTS) {
				this.known.put(sql, found);
			}
		}
		if (found.isEmpty()) {
			return null;
		}
		if (this.pin) {
			return found.get().pin();
		}
		seen(sql, found.get());
		return null;
	}

	private void seen(String sql, SessionStatement statement) throws SQLException {
		String shape = shape(sql);
		if (this.fail) {
			throw new SQLFeatureNotSupportedException("Refused behind a transaction pooler: " + statement.explain()
					+ " db-pool.guard.session-state=warn lets it pass. SQL: " + shape, "0A000");
		}
		if (this.warned.size() < KNOWN_TEXTS && this.warned.add(shape)) {
			logger.warn("This does not work behind a transaction pooler: " + statement.explain() + " SQL: " + shape
					+ " at " + CallSite.find());
		}
	}

}

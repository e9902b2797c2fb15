package dev.dbpool.error;

import java.sql.SQLException;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The errors that can be explained; the first that matches counts.
 * <p>
 * A pattern begins where the message does: SQL of an application may raise any text as an
 * {@code ERROR}, but only servers end a connection with {@code FATAL}. Texts of
 * PostgreSQL itself may be translated, so its SQLSTATE counts where it says enough.
 */
enum KnownError {

	SESSION_MODE_FULL(fatal(
			"\\(EMAX(?:CLIENT|CONN)SESSION\\)|max clients reached in session mode|(?:\\w+: )?MaxClientsInSessionMode"
					+ "|max clients reached - in Session mode"),
			"The pooler is in session mode, where each client keeps one connection of the database, and all of them are taken.",
			"Let db-pool.pooler.url lead to the pooler's transaction mode (Supabase: port 6543), "
					+ "or lower db-pool.size and db-pool.max-overflow until all processes together stay within the pooler's pool size. "
					+ "If db-pool.pooler.pool-size is set, db-pool checks this at start-up."),

	POOLER_FULL(
			fatal("no more connections allowed|max client connections reached|max proxy connections reached"
					+ "|\\(EMAX(?:CLIENT|PROXY)?CONN\\)"),
			"The pooler accepts no more clients: all processes together hold as many connections to it as it allows.",
			"Lower db-pool.size and db-pool.max-overflow, or raise the pooler's limit (PgBouncer: max_client_conn). "
					+ "If db-pool.pooler.max-client-connections is set, db-pool checks this at start-up."),

	ROLE_FULL(fatal(".*too many connections for role"),
			"The role has as many connections to the database as its CONNECTION LIMIT allows.",
			"Lower db-pool.size and db-pool.max-overflow in all processes that log in with this role, "
					+ "or raise the limit: ALTER ROLE ... CONNECTION LIMIT ..."),

	DATABASE_FULL(fatal(".*too many connections for database"),
			"The database has as many connections as its CONNECTION LIMIT allows.",
			"Lower db-pool.size and db-pool.max-overflow in all processes that use this database, "
					+ "or raise the limit: ALTER DATABASE ... CONNECTION LIMIT ..."),

	SLOTS_RESERVED(fatal(".*remaining connection slots are reserved"),
			"The server has no connection left for ordinary roles: what remains is reserved for administrators.",
			Texts.SERVER_FULL),

	SERVER_FULL(fatal(".*too many clients already"), "53300",
			"The server has no connection left: all processes together hold as many as it allows.", Texts.SERVER_FULL),

	LOGIN_FAILING(
			fatal("server login (?:has been failing|failed)|client_login_timeout|pgbouncer cannot connect to server"),
			"The pooler cannot connect to the database behind it, and answers every client with this error until it tries again.",
			"Check the pooler's log for the reason: the database is down or full, or it refuses the pooler's login. "
					+ "If the database was only restarted, this ends by itself; PgBouncer tries again after server_login_retry (15 seconds), "
					+ "for which 1 to 3 seconds are enough."),

	QUEUED_TOO_LONG(fatal("query_wait_timeout|\\(ECHECKOUTTIMEOUT\\)|unable to check out connection from the pool"),
			"The pooler had no free connection to the database for longer than it lets a client wait: all were busy, "
					+ "or it cannot reach the database. The pooler was full, not this application's pool.",
			"Shorten the transactions, above all those that wait for something else than the database, "
					+ "or let the pooler open more connections to the database (PgBouncer: default_pool_size; "
					+ "tell db-pool with db-pool.pooler.pool-size). More connections in this application would only queue too."),

	POOLER_QUERY_TIMEOUT(fatal("query timeout"), "The pooler ended the connection because a query ran for too long.",
			"Make the query faster, or raise the pooler's limit (PgBouncer: query_timeout)."),

	STARTUP_PARAMETER(fatal("unsupported startup parameter"),
			"The pooler refuses a parameter that the driver sends when it connects.",
			"Remove the parameter from db-pool.pooler.url and from spring.datasource.hikari.data-source-properties "
					+ "(search_path is sent for currentSchema), and set it for the role, in the database itself: ALTER ROLE ... SET ... = ...; "
					+ "PgBouncer's ignore_startup_parameters would only ignore it silently."),

	TLS_REQUIRED(fatal("SSL required|TLS connection required|(?:\\(ESSLREQUIRED\\) )?SSL connection is required"),
			"The pooler accepts encrypted connections only.",
			"Set sslmode=require in the URL, or better sslmode=verify-full; not sslmode=disable."),

	AUTHENTICATION(fatal("SASL authentication failed|password authentication failed"), "28P01",
			"The password is wrong, or the user does not exist.",
			"Check spring.datasource.username and spring.datasource.password, or, if the pooler refused, db-pool.pooler.username and "
					+ "db-pool.pooler.password, which are the direct ones unless they are set. What stands in a URL wins; there, "
					+ "special characters must be percent-encoded. The pooler may have an outdated password in a list of its own."),

	UNKNOWN_USER(
			fatal("no such user|no such database|(?:\\(E(?:TENANT)?NOTFOUND\\) )?tenant(?:/| or )user .*not found"
					+ "|\\(E(?:TENANT)?NOTFOUND\\)"),
			"The pooler does not know the user or the database.",
			"Check the user and the database in db-pool.pooler.url and db-pool.pooler.username: a pooler may want a user name of its own "
					+ "(Supabase's shared pooler: postgres.<project>), and PgBouncer knows only what is in its auth_file or found by its auth_query."),

	POOLER_CONFIGURATION(fatal("bouncer config error"), "The pooler's own configuration has an error.",
			"Check the pooler's log. With managed poolers, a function or an extension that it logs in with is often missing "
					+ "in the database, or the database is not set up for pooling."),

	STATEMENT_MODE(fatal("transaction blocks not allowed in statement pooling mode"),
			"The pooler is in statement mode, which allows no transactions.",
			"Let db-pool.pooler.url lead to a pooler in transaction mode (PgBouncer: pool_mode = transaction), "
					+ "or unset it to connect to the database itself."),

	PREPARED_STATEMENT(
			"(?s).*(?:prepared statement \"S_\\d+\" (?:already exists|does not exist)"
					+ "|bind message supplies \\d+ parameters, but prepared statement \"S_\\d+\")",
			"A prepared statement lives in one connection of the database, "
					+ "and a transaction pooler gave this transaction a connection in which it is missing or means another statement.",
			"Leave db-pool.pooler.prepared-statements at false, unless the pooler tracks prepared statements "
					+ "(PgBouncer from 1.21 on, with max_prepared_statements above 0). A URL that db-pool does not plan needs prepareThreshold=0. "
					+ "Without a pooler the cause is DEALLOCATE ALL or DISCARD ALL: leave it out."),

	CACHED_PLAN("ERROR: cached plan must not change result type",
			"A migration changed the columns that a prepared statement returns. A pooler that tracks prepared statements keeps the old one "
					+ "for all clients, new connections included.",
			"Run RECONNECT on the pooler's console after migrations that change columns, or leave db-pool.pooler.prepared-statements at false. "
					+ "Without a pooler the next transaction succeeds."),

	TOO_MANY_PREPARED("(?i)(?:FATAL|ERROR): (?:\\(EMAXPREPARED\\)|max prepared statements limit reached)",
			"The pooler allows fewer prepared statements for each connection than the driver keeps.",
			"Leave db-pool.pooler.prepared-statements at false, or set preparedStatementCacheQueries in db-pool.pooler.url "
					+ "below the pooler's limit (Supavisor: 100)."),

	CLIENT_IDLE(fatal("client_idle_timeout"), "The pooler closed a connection that was idle for longer than it allows.",
			"Set spring.datasource.hikari.keepalive-time below the pooler's limit (PgBouncer: client_idle_timeout), or raise the limit."),

	IDLE_IN_TRANSACTION(fatal("idle transaction timeout|idle_transaction_timeout"),
			"The pooler ended a transaction that did nothing for longer than it allows.",
			"Do nothing slow inside a transaction, such as a remote call; commit before it. "
					+ "Otherwise raise the pooler's limit (PgBouncer: idle_transaction_timeout).");

	private final Pattern pattern;

	private final @Nullable String sqlState;

	private final String happened;

	private final String action;

	KnownError(String pattern, String happened, String action) {
		this(pattern, null, happened, action);
	}

	KnownError(String pattern, @Nullable String sqlState, String happened, String action) {
		this.pattern = Pattern.compile(pattern);
		this.sqlState = sqlState;
		this.happened = happened;
		this.action = action;
	}

	private static String fatal(String text) {
		// Supavisor's older versions spell some of theirs differently.
		return "(?i)FATAL: (?:" + text + ")";
	}

	static @Nullable KnownError of(SQLException error) {
		String message = String.valueOf(error.getMessage());
		for (KnownError known : values()) {
			if (known.pattern.matcher(message).lookingAt()
					|| (known.sqlState != null && known.sqlState.equals(error.getSQLState()))) {
				return known;
			}
		}
		return null;
	}

	String happened() {
		return this.happened;
	}

	String action() {
		return this.action;
	}

	private static final class Texts {

		static final String SERVER_FULL = "Lower db-pool.size and db-pool.max-overflow in all processes, go through a pooler (db-pool.pooler.url), "
				+ "or raise max_connections. If db-pool.budget.replicas and db-pool.budget.workers are set, db-pool checks this at start-up.";

	}

}

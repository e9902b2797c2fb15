package dev.dbpool.sql;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What lives longer than a transaction, so that behind a transaction pooler it would be
 * lost, or reach others.
 */
enum SessionState {

	/**
	 * Where unqualified names lead to: rows of one tenant land in another one's schema.
	 */
	SEARCH_PATH("SET %s", "changes %s for the session, so that rows land in the wrong schema", Remedies.SETTING, true),

	/**
	 * Who acts: which policies of row-level security hold, and who owns what is created.
	 */
	ROLE("SET %s", "changes the %s of the session, so that other clients act with its rights",
			"Use SET LOCAL ROLE in a transaction, or a bean of type TransactionSettings", true),

	/**
	 * What has a dot in its name means something to the application only: mostly it is
	 * the tenant, for policies of row-level security and for triggers.
	 */
	CUSTOM_SETTING("SET %s",
			"changes %s for the session, so that row-level security and triggers take other clients for this one",
			Remedies.SETTING, true),

	/**
	 * A client that asked for a stronger level silently runs in a weaker one.
	 */
	ISOLATION("SET %s",
			"changes the isolation level of the session, so that transactions run in a weaker one than they asked for",
			"Use SET TRANSACTION ISOLATION LEVEL in a transaction, or @Transactional(isolation = ...)", true),

	/**
	 * Rows are then stored without triggers and foreign keys, read without those that are
	 * hidden, or lost after a commit.
	 */
	PROTECTION("SET %s", "changes %s for the session, so that the rows of other clients lose what protects them",
			Remedies.SETTING, true),

	SETTING("SET %s", "changes %s for the session", Remedies.SETTING, false),

	LISTEN("LISTEN", "listens for notifications, which will not arrive",
			"Listen on the data source qualified @DirectDataSource", false),

	ADVISORY_LOCK("an advisory lock", "takes or returns an advisory lock of the session",
			"Use pg_advisory_xact_lock in a transaction, or the data source qualified @DirectDataSource", false),

	PREPARE("a prepared statement", "prepares a statement that only this server connection will know",
			"Let the driver prepare statements, or use the data source qualified @DirectDataSource", false),

	HOLD_CURSOR("a cursor WITH HOLD", "declares a cursor that only this server connection will know",
			"Read the rows inside of the transaction, with a fetch size, or use the data source qualified @DirectDataSource",
			false),

	TEMPORARY("a temporary object", "creates a temporary object that outlives the transaction",
			"Create a table with ON COMMIT DROP and use it in the same transaction, or use the data source qualified @DirectDataSource",
			false),

	LOAD("a loaded library", "loads a library into one server connection",
			"Load it for all (session_preload_libraries), in the database itself", false),

	DISCARD("DISCARD", "throws away what others may have in this server connection", "Leave that to the pooler", false);

	/**
	 * They end with the transaction in any case.
	 */
	private static final Set<String> OF_THE_TRANSACTION = Set.of("transaction_isolation", "transaction_read_only",
			"transaction_deferrable");

	private static final Set<String> PROTECTING = Set.of("row_security", "session_replication_role",
			"synchronous_commit");

	/**
	 * Extensions whose settings say how something is done, not whose rows are meant.
	 */
	private static final Set<String> HARMLESS_EXTENSIONS = Set.of("auto_explain", "diskann", "hnsw", "ivfflat",
			"pg_hint_plan", "pg_stat_statements", "pg_trgm", "plpgsql", "postgis", "timescaledb");

	private final String pin;

	private final String problem;

	private final String remedy;

	private final boolean misplacing;

	SessionState(String pin, String problem, String remedy, boolean misplacing) {
		this.pin = pin;
		this.problem = problem;
		this.remedy = remedy;
		this.misplacing = misplacing;
	}

	/**
	 * Returns what it means to set a parameter for the session.
	 * @param parameter its name in lower case; empty if it is not known, for which the
	 * worst is assumed
	 * @return the state; {@code null} if there is none
	 */
	static @Nullable SessionState ofSetting(String parameter) {
		if (OF_THE_TRANSACTION.contains(parameter)) {
			return null;
		}
		if (PROTECTING.contains(parameter)) {
			return PROTECTION;
		}
		return switch (parameter) {
			case "search_path" -> SEARCH_PATH;
			case "role", "session_authorization" -> ROLE;
			case "default_transaction_isolation" -> ISOLATION;
			case "" -> CUSTOM_SETTING;
			default -> {
				int dot = parameter.indexOf('.');
				yield (dot < 0 || HARMLESS_EXTENSIONS.contains(parameter.substring(0, dot))) ? SETTING : CUSTOM_SETTING;
			}
		};
	}

	/**
	 * Returns what a lease is pinned by that has it.
	 */
	String pin(String parameter) {
		return this.pin.formatted(parameter);
	}

	/**
	 * Returns what it does, and the way out.
	 */
	String explain(String parameter) {
		return "it " + this.problem.formatted(parameter) + ". " + this.remedy + ".";
	}

	/**
	 * Whether it can put data into the wrong place or the wrong hands, this client's or
	 * another's. Any other state is only lost.
	 */
	boolean isMisplacing() {
		return this.misplacing;
	}

	private static final class Remedies {

		static final String SETTING = "Use SET LOCAL in a transaction, a bean of type TransactionSettings, or ALTER ROLE ... SET";

	}

}

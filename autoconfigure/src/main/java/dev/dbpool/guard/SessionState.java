package dev.dbpool.guard;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What in an SQL text lives longer than a transaction, so that behind a transaction
 * pooler it would be lost or reach others.
 */
enum SessionState {

	SETTING("changes a setting of the session",
			"Use SET LOCAL in a transaction, a bean of type TransactionSettings, or ALTER ROLE ... SET"),

	ROLE("changes the role of the session", "Use SET LOCAL ROLE in a transaction"),

	LISTEN("listens for notifications, which will not arrive", "Listen on the data source qualified @DirectDataSource"),

	ADVISORY_LOCK("takes or returns an advisory lock of the session",
			"Use pg_advisory_xact_lock in a transaction, or the data source qualified @DirectDataSource"),

	PREPARE("prepares a statement that only this server connection will know",
			"Let the driver prepare statements, or use the data source qualified @DirectDataSource"),

	HOLD_CURSOR("declares a cursor that only this server connection will know",
			"Read the rows inside of the transaction, with a fetch size, or use the data source qualified @DirectDataSource"),

	TEMPORARY("creates a temporary object that outlives the transaction",
			"Create a table with ON COMMIT DROP and use it in the same transaction, or use the data source qualified @DirectDataSource"),

	LOAD("loads a library into one server connection",
			"Load it for all (session_preload_libraries), in the database itself"),

	DISCARD("throws away what others may have in this server connection", "Leave that to the pooler");

	private static final Set<String> SESSION_LOCKS = Set.of("pg_advisory_lock", "pg_advisory_lock_shared",
			"pg_try_advisory_lock", "pg_try_advisory_lock_shared", "pg_advisory_unlock", "pg_advisory_unlock_shared",
			"pg_advisory_unlock_all");

	private static final Set<String> NO = Set.of("false", "'false", "'f", "'off", "'no", "'0");

	private final String problem;

	private final String remedy;

	SessionState(String problem, String remedy) {
		this.problem = problem;
		this.remedy = remedy;
	}

	String problem() {
		return this.problem;
	}

	String remedy() {
		return this.remedy;
	}

	/**
	 * Looks for session state.
	 * @param sql one or more statements
	 * @return the first that was found, or {@code null}
	 */
	static @Nullable SessionState find(String sql) {
		List<String> tokens = SqlTokens.of(sql);
		int start = 0;
		for (int i = 0; i <= tokens.size(); i++) {
			if (i == tokens.size() || tokens.get(i).equals(";")) {
				SessionState found = findIn(tokens.subList(start, i));
				if (found != null) {
					return found;
				}
				start = i + 1;
			}
		}
		return null;
	}

	private static @Nullable SessionState findIn(List<String> statement) {
		String first = word(statement, 0);
		SessionState byCommand = switch (first) {
			case "set" -> set(statement);
			case "reset" -> word(statement, 1).equals("role") ? ROLE : SETTING;
			case "listen", "unlisten" -> LISTEN;
			case "prepare" -> word(statement, 1).equals("transaction") ? null : PREPARE;
			case "deallocate" -> PREPARE;
			case "declare" -> contains(statement, "with", "hold") ? HOLD_CURSOR : null;
			case "load" -> LOAD;
			case "discard" -> DISCARD;
			case "create" -> temporary(statement, 1) ? TEMPORARY : null;
			case "select", "with" -> intoTemporary(statement) ? TEMPORARY : null;
			default -> null;
		};
		return (byCommand != null) ? byCommand : calls(statement);
	}

	private static @Nullable SessionState set(List<String> statement) {
		return switch (word(statement, 1)) {
			case "local", "transaction", "constraints" -> null;
			case "role" -> ROLE;
			case "session" -> Set.of("authorization", "role").contains(word(statement, 2)) ? ROLE : SETTING;
			default -> SETTING;
		};
	}

	private static boolean temporary(List<String> statement, int from) {
		int i = from;
		while (Set.of("or", "replace", "global", "local").contains(word(statement, i))) {
			i++;
		}
		return isTemporary(word(statement, i)) && !contains(statement, "commit", "drop");
	}

	private static boolean intoTemporary(List<String> statement) {
		for (int i = 0; i + 1 < statement.size(); i++) {
			if (statement.get(i).equals("into") && isTemporary(statement.get(i + 1))) {
				return true;
			}
		}
		return false;
	}

	private static boolean isTemporary(String word) {
		return word.equals("temp") || word.equals("temporary");
	}

	private static @Nullable SessionState calls(List<String> statement) {
		for (int i = 0; i + 1 < statement.size(); i++) {
			if (statement.get(i + 1).equals("(")) {
				if (SESSION_LOCKS.contains(statement.get(i))) {
					return ADVISORY_LOCK;
				}
				if (statement.get(i).equals("set_config") && NO.contains(lastArgument(statement, i + 2))) {
					return SETTING;
				}
			}
		}
		return null;
	}

	/**
	 * The last argument of a call if it is a single word, else nothing that counts.
	 */
	private static String lastArgument(List<String> statement, int from) {
		int depth = 1;
		int start = from;
		for (int i = from; i < statement.size(); i++) {
			String token = statement.get(i);
			if (token.equals("(")) {
				depth++;
			}
			else if (token.equals(")") && --depth == 0) {
				return (i == start + 1) ? statement.get(start) : "";
			}
			else if (token.equals(",") && depth == 1) {
				start = i + 1;
			}
		}
		return "";
	}

	private static boolean contains(List<String> statement, String word, String next) {
		for (int i = 0; i + 1 < statement.size(); i++) {
			if (statement.get(i).equals(word) && statement.get(i + 1).equals(next)) {
				return true;
			}
		}
		return false;
	}

	private static String word(List<String> statement, int index) {
		return (index < statement.size()) ? statement.get(index) : "";
	}

}

package dev.dbpool.sql;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Goes through an SQL text once, and keeps no more of it than the first words of a
 * statement: it may be long. Key words and names are in lower case here; quoted
 * identifiers have their quotes, strings begin with one.
 */
final class SessionStateFinder {

	/**
	 * As many words as those can be that count at the begin of a statement.
	 */
	private static final int HEAD = 16;

	private static final Set<String> SESSION_LOCKS = Set.of("pg_advisory_lock", "pg_advisory_lock_shared",
			"pg_try_advisory_lock", "pg_try_advisory_lock_shared", "pg_advisory_unlock", "pg_advisory_unlock_shared",
			"pg_advisory_unlock_all");

	/**
	 * What may follow the name of an object that is created.
	 */
	private static final Set<String> BEHIND_NAME = Set.of("(", "as", "on", "of", "for", "from", "returns", "before",
			"after", "instead", "using");

	private final SqlLexer lexer;

	// Mutable state: what was found, and the current statement

	private @Nullable SessionStatement found;

	private final List<String> head = new ArrayList<>(HEAD);

	private final Deque<SetConfigCall> calls = new ArrayDeque<>();

	private String last = "";

	private int depth;

	private boolean afterInto;

	private boolean intoTemporary;

	private boolean onCommitDrop;

	private boolean withHold;

	SessionStateFinder(String sql) {
		this.lexer = new SqlLexer(sql);
	}

	@Nullable SessionStatement find() {
		for (SqlToken token = this.lexer.next(); token != null && !isWorst(); token = this.lexer.next()) {
			if (token != SqlToken.SPACE && token != SqlToken.COMMENT) {
				read(word(token));
			}
		}
		endStatement();
		return this.found;
	}

	private boolean isWorst() {
		return this.found != null && this.found.state().isMisplacing();
	}

	private void found(@Nullable SessionStatement statement) {
		if (statement != null && (this.found == null || (statement.state().isMisplacing() && !isWorst()))) {
			this.found = statement;
		}
	}

	private String word(SqlToken token) {
		return switch (token) {
			case WORD -> this.lexer.text().toLowerCase(Locale.ROOT);
			case STRING -> this.calls.isEmpty() ? "'" : SetConfigCall.string(this.lexer.text());
			case NUMBER -> "0";
			default -> this.lexer.text();
		};
	}

	private void read(String word) {
		if (word.equals(";")) {
			endStatement();
			return;
		}
		if (this.head.size() < HEAD) {
			this.head.add(word);
		}
		readCall(word);
		readInto(word);
		this.onCommitDrop |= this.last.equals("commit") && word.equals("drop");
		this.withHold |= this.last.equals("with") && word.equals("hold");
		this.last = word;
	}

	private void readCall(String word) {
		SetConfigCall call = this.calls.peek();
		boolean inCall = call != null && call.depth() == this.depth;
		if (word.equals("(")) {
			this.depth++;
			beginCall(name(this.last));
		}
		else if (word.equals(")")) {
			this.depth--;
			if (inCall) {
				found(this.calls.pop().end());
			}
		}
		else if (call != null) {
			call.read(word, inCall);
		}
	}

	private void beginCall(String function) {
		if (SESSION_LOCKS.contains(function)) {
			found(new SessionStatement(SessionState.ADVISORY_LOCK, ""));
		}
		else if (function.equals("set_config")) {
			this.calls.push(new SetConfigCall(this.depth));
		}
	}

	/**
	 * {@code SELECT ... INTO} creates a table.
	 */
	private void readInto(String word) {
		if (word.equals("into")) {
			this.afterInto = !this.last.equals("insert") && !this.last.equals("merge");
		}
		else if (this.afterInto) {
			this.intoTemporary |= isTemporary(word) || (word.equals(".") && isTemporarySchema(this.last));
			this.afterInto = Set.of("local", "global", "unlogged", "table").contains(word) || isTemporarySchema(word);
		}
	}

	private void endStatement() {
		switch (head(0)) {
			case "set" -> found(set());
			case "reset" -> found(SessionStatement.resetting(parameter(1)));
			default -> {
				SessionState state = byCommand();
				found((state != null) ? new SessionStatement(state, "") : null);
			}
		}
		this.head.clear();
		this.calls.clear();
		this.last = "";
		this.depth = 0;
		this.afterInto = false;
		this.intoTemporary = false;
		this.onCommitDrop = false;
		this.withHold = false;
	}

	private @Nullable SessionState byCommand() {
		return switch (head(0)) {
			case "listen", "unlisten" -> SessionState.LISTEN;
			case "prepare" -> head(1).equals("transaction") ? null : SessionState.PREPARE;
			case "deallocate" -> SessionState.PREPARE;
			case "declare" -> this.withHold ? SessionState.HOLD_CURSOR : null;
			case "load" -> SessionState.LOAD;
			case "discard" -> SessionState.DISCARD;
			case "create" -> (createsTemporary() && !this.onCommitDrop) ? SessionState.TEMPORARY : null;
			default -> this.intoTemporary ? SessionState.TEMPORARY : null;
		};
	}

	private @Nullable SessionStatement set() {
		return switch (head(1)) {
			case "local", "transaction", "constraints" -> null;
			default -> SessionStatement.ofSetting(parameter(1));
		};
	}

	/**
	 * Returns the name of a setting, also where SQL has words of its own for it.
	 */
	private String parameter(int at) {
		return switch (head(at)) {
			case "session" -> Set.of("=", "to", ".").contains(head(at + 1)) ? name(at) : parameter(at + 1);
			case "authorization" -> "session_authorization";
			case "characteristics" ->
				this.head.contains("isolation") ? "default_transaction_isolation" : "default_transaction_read_only";
			case "schema" -> "search_path";
			case "time" -> "timezone";
			case "names" -> "client_encoding";
			default -> name(at);
		};
	}

	private String name(int at) {
		StringBuilder name = new StringBuilder(name(head(at)));
		for (int i = at; head(i + 1).equals("."); i += 2) {
			name.append('.').append(name(head(i + 2)));
		}
		return name.toString().toLowerCase(Locale.ROOT);
	}

	private boolean createsTemporary() {
		for (int i = 1; i < this.head.size() && !BEHIND_NAME.contains(head(i)); i++) {
			if ((isTemporary(head(i)) && isKind(head(i + 1)))
					|| (isTemporarySchema(head(i)) && head(i + 1).equals("."))) {
				return true;
			}
		}
		return false;
	}

	private static boolean isTemporary(String word) {
		return word.equals("temp") || word.equals("temporary");
	}

	private static boolean isKind(String word) {
		return Set.of("table", "view", "sequence", "recursive").contains(word);
	}

	private static boolean isTemporarySchema(String word) {
		String name = name(word);
		return name.equals("pg_temp") || name.startsWith("pg_temp_");
	}

	private static String name(String word) {
		boolean quoted = word.length() > 2 && word.startsWith("\"") && word.endsWith("\"");
		return quoted ? word.substring(1, word.length() - 1) : word;
	}

	private String head(int index) {
		return (index < this.head.size()) ? this.head.get(index) : "";
	}

}

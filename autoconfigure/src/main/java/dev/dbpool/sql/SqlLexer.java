package dev.dbpool.sql;

import org.jspecify.annotations.Nullable;

/**
 * Takes SQL apart as PostgreSQL's own scanner does, one token after the other. It looks
 * at each character once or twice and copies none, so it takes texts of any size and
 * content; what is not terminated goes to the end of the text.
 * <p>
 * A backslash means something in strings with the prefix {@code E} only, as long as
 * {@code standard_conforming_strings} is on, which is the default:
 * {@link #endsInEveryReading()}.
 */
public final class SqlLexer {

	private final String sql;

	// Mutable state: the current token

	private int start;

	private int end;

	private boolean escapedQuote;

	/**
	 * Creates a lexer.
	 * @param sql any text
	 */
	public SqlLexer(String sql) {
		this.sql = sql;
	}

	/**
	 * Goes on to the next token.
	 * @return what it is, or {@code null} if there is none
	 */
	public @Nullable SqlToken next() {
		this.start = this.end;
		if (this.start == this.sql.length()) {
			return null;
		}
		char c = at(this.start);
		char next = at(this.start + 1);
		if (SqlCharacters.isSpace(c)) {
			return space();
		}
		if (c == '-' && next == '-') {
			return lineComment();
		}
		if (c == '/' && next == '*') {
			return comment();
		}
		if (c == '$') {
			return dollar(next);
		}
		if (SqlCharacters.isDigit(c) || (c == '.' && SqlCharacters.isDigit(next))) {
			return number();
		}
		int quote = this.start + prefix(c, next);
		if (at(quote) == '\'') {
			return string(quote + 1, c == 'e' || c == 'E');
		}
		if (at(quote) == '"') {
			return quotedIdentifier(quote + 1);
		}
		return SqlCharacters.isWordPart(c) ? word() : end(SqlToken.SYMBOL, this.start + 1);
	}

	/**
	 * Returns the current token.
	 * @return its characters
	 */
	public String text() {
		return this.sql.substring(this.start, this.end);
	}

	/**
	 * Whether the current token, a string, ends here also where
	 * {@code standard_conforming_strings} is off, so that a backslash escapes a quote.
	 * @return {@code false} if it may go on
	 */
	public boolean endsInEveryReading() {
		return !this.escapedQuote;
	}

	private SqlToken end(SqlToken token, int end) {
		this.end = Math.min(end, this.sql.length());
		return token;
	}

	private SqlToken space() {
		int i = this.start;
		while (SqlCharacters.isSpace(at(i))) {
			i++;
		}
		return end(SqlToken.SPACE, i);
	}

	private SqlToken lineComment() {
		int i = this.start;
		while (i < this.sql.length() && !SqlCharacters.isNewLine(at(i))) {
			i++;
		}
		return end(SqlToken.COMMENT, i);
	}

	/**
	 * Comments may contain comments.
	 */
	private SqlToken comment() {
		int depth = 1;
		int i = this.start + 2;
		while (depth > 0 && i < this.sql.length()) {
			if (at(i) == '/' && at(i + 1) == '*') {
				depth++;
				i++;
			}
			else if (at(i) == '*' && at(i + 1) == '/') {
				depth--;
				i++;
			}
			i++;
		}
		return end(SqlToken.COMMENT, i);
	}

	/**
	 * A parameter ({@code $1}), or a string ({@code $$...$$}, {@code $tag$...$tag$}).
	 */
	private SqlToken dollar(char next) {
		int i = this.start + 1;
		if (SqlCharacters.isDigit(next)) {
			while (SqlCharacters.isDigit(at(i))) {
				i++;
			}
			return end(SqlToken.WORD, i);
		}
		while (SqlCharacters.isWordPart(at(i))) {
			i++;
		}
		if (at(i) != '$') {
			return end(SqlToken.SYMBOL, this.start + 1);
		}
		String tag = this.sql.substring(this.start, i + 1);
		int close = this.sql.indexOf(tag, i + 1);
		this.escapedQuote = false;
		return end(SqlToken.STRING, (close < 0) ? this.sql.length() : close + tag.length());
	}

	/**
	 * With what is attached to it: {@code 1e-5}, {@code 0x1F}, {@code 1_000}.
	 */
	private SqlToken number() {
		int i = this.start;
		while (SqlCharacters.isWordPart(at(i)) || at(i) == '.' || isSignOfExponent(i)) {
			i++;
		}
		return end(SqlToken.NUMBER, i);
	}

	private boolean isSignOfExponent(int i) {
		return (at(i) == '-' || at(i) == '+') && (at(i - 1) == 'e' || at(i - 1) == 'E')
				&& SqlCharacters.isDigit(at(i + 1));
	}

	/**
	 * Returns how many characters before a quote belong to it.
	 */
	private static int prefix(char c, char next) {
		if (next == '\'' && "eEbBxXnN".indexOf(c) >= 0) {
			return 1;
		}
		return (next == '&' && (c == 'u' || c == 'U')) ? 2 : 0;
	}

	/**
	 * Strings go on in a following line that begins with a quote.
	 */
	private SqlToken string(int from, boolean escapes) {
		this.escapedQuote = false;
		int end = endOfString(from, escapes);
		for (int i = continuation(end); i > 0; i = continuation(end)) {
			end = endOfString(i, escapes);
		}
		return end(SqlToken.STRING, end);
	}

	private int endOfString(int from, boolean escapes) {
		boolean escaped = false;
		for (int i = from; i < this.sql.length(); i++) {
			char c = at(i);
			if (c == '\\') {
				escaped = !escaped;
				continue;
			}
			if (c == '\'' && !(escaped && escapes)) {
				this.escapedQuote |= escaped;
				if (at(i + 1) != '\'') {
					return i + 1;
				}
				i++;
			}
			escaped = false;
		}
		return this.sql.length();
	}

	/**
	 * Returns where a string goes on; 0 if it does not.
	 */
	private int continuation(int from) {
		boolean newLine = false;
		int i = from;
		while (SqlCharacters.isSpace(at(i))) {
			newLine |= SqlCharacters.isNewLine(at(i));
			i++;
		}
		return (newLine && at(i) == '\'') ? i + 1 : 0;
	}

	private SqlToken quotedIdentifier(int from) {
		int i = from;
		while (i < this.sql.length() && (at(i) != '"' || at(i + 1) == '"')) {
			i += (at(i) == '"') ? 2 : 1;
		}
		return end(SqlToken.QUOTED_IDENTIFIER, i + 1);
	}

	private SqlToken word() {
		int i = this.start;
		while (SqlCharacters.isWordPart(at(i)) || at(i) == '$') {
			i++;
		}
		return end(SqlToken.WORD, i);
	}

	/**
	 * Returns a character, or one that means nothing behind the end.
	 */
	private char at(int index) {
		return (index < this.sql.length()) ? this.sql.charAt(index) : '\0';
	}

}

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
	public @Nullable Token next() {
		this.start = this.end;
		if (this.start == this.sql.length()) {
			return null;
		}
		char c = at(this.start);
		char next = at(this.start + 1);
		if (isSpace(c)) {
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
		if (isDigit(c) || (c == '.' && isDigit(next))) {
			return number();
		}
		int quote = this.start + prefix(c, next);
		if (at(quote) == '\'') {
			return string(quote + 1, c == 'e' || c == 'E');
		}
		if (at(quote) == '"') {
			return quotedIdentifier(quote + 1);
		}
		return isWordPart(c) ? word() : end(Token.SYMBOL, this.start + 1);
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

	private Token end(Token token, int end) {
		this.end = Math.min(end, this.sql.length());
		return token;
	}

	private Token space() {
		int i = this.start;
		while (isSpace(at(i))) {
			i++;
		}
		return end(Token.SPACE, i);
	}

	private Token lineComment() {
		int i = this.start;
		while (i < this.sql.length() && !isNewLine(at(i))) {
			i++;
		}
		return end(Token.COMMENT, i);
	}

	/**
	 * Comments may contain comments.
	 */
	private Token comment() {
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
		return end(Token.COMMENT, i);
	}

	/**
	 * A parameter ({@code $1}), or a string ({@code $$...$$}, {@code $tag$...$tag$}).
	 */
	private Token dollar(char next) {
		int i = this.start + 1;
		if (isDigit(next)) {
			while (isDigit(at(i))) {
				i++;
			}
			return end(Token.WORD, i);
		}
		while (isWordPart(at(i))) {
			i++;
		}
		if (at(i) != '$') {
			return end(Token.SYMBOL, this.start + 1);
		}
		String tag = this.sql.substring(this.start, i + 1);
		int close = this.sql.indexOf(tag, i + 1);
		this.escapedQuote = false;
		return end(Token.STRING, (close < 0) ? this.sql.length() : close + tag.length());
	}

	/**
	 * With what is attached to it: {@code 1e-5}, {@code 0x1F}, {@code 1_000}.
	 */
	private Token number() {
		int i = this.start;
		while (isWordPart(at(i)) || at(i) == '.' || isSignOfExponent(i)) {
			i++;
		}
		return end(Token.NUMBER, i);
	}

	private boolean isSignOfExponent(int i) {
		return (at(i) == '-' || at(i) == '+') && (at(i - 1) == 'e' || at(i - 1) == 'E') && isDigit(at(i + 1));
	}

	/**
	 * Returns how many characters stand before a quote and belong to it.
	 */
	private int prefix(char c, char next) {
		if (next == '\'' && "eEbBxXnN".indexOf(c) >= 0) {
			return 1;
		}
		return (next == '&' && (c == 'u' || c == 'U')) ? 2 : 0;
	}

	/**
	 * Strings go on in a following line that begins with a quote.
	 */
	private Token string(int from, boolean escapes) {
		this.escapedQuote = false;
		int end = endOfString(from, escapes);
		for (int i = continuation(end); i > 0; i = continuation(end)) {
			end = endOfString(i, escapes);
		}
		return end(Token.STRING, end);
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
		while (isSpace(at(i))) {
			newLine |= isNewLine(at(i));
			i++;
		}
		return (newLine && at(i) == '\'') ? i + 1 : 0;
	}

	private Token quotedIdentifier(int from) {
		int i = from;
		while (i < this.sql.length() && (at(i) != '"' || at(i + 1) == '"')) {
			i += (at(i) == '"') ? 2 : 1;
		}
		return end(Token.QUOTED_IDENTIFIER, i + 1);
	}

	private Token word() {
		int i = this.start;
		while (isWordPart(at(i)) || at(i) == '$') {
			i++;
		}
		return end(Token.WORD, i);
	}

	/**
	 * Returns a character, or one that means nothing behind the end.
	 */
	private char at(int index) {
		return (index < this.sql.length()) ? this.sql.charAt(index) : '\0';
	}

	private static boolean isSpace(char c) {
		return c == ' ' || (c >= '\t' && c <= '\r');
	}

	private static boolean isNewLine(char c) {
		return c == '\n' || c == '\r';
	}

	private static boolean isDigit(char c) {
		return c >= '0' && c <= '9';
	}

	/**
	 * Everything outside of ASCII is part of a word for PostgreSQL, spaces included.
	 */
	private static boolean isWordPart(char c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_' || c > 127;
	}

	/**
	 * What a token is.
	 */
	public enum Token {

		/** White space. */
		SPACE,

		/** A comment, on one or more lines. */
		COMMENT,

		/** A key word, an identifier without quotes, or a parameter. */
		WORD,

		/** An identifier with its quotes. */
		QUOTED_IDENTIFIER,

		/** A string in any notation. */
		STRING,

		/** A number. */
		NUMBER,

		/** One character of something else. */
		SYMBOL

	}

}

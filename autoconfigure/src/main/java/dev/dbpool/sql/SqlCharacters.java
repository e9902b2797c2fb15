package dev.dbpool.sql;

/**
 * What a character means to PostgreSQL's scanner.
 */
final class SqlCharacters {

	private SqlCharacters() {
	}

	static boolean isSpace(char c) {
		return c == ' ' || (c >= '\t' && c <= '\r');
	}

	static boolean isNewLine(char c) {
		return c == '\n' || c == '\r';
	}

	static boolean isDigit(char c) {
		return c >= '0' && c <= '9';
	}

	/**
	 * Everything outside of ASCII is part of a word for PostgreSQL, spaces included.
	 */
	static boolean isWordPart(char c) {
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_' || c > 127;
	}

}

package dev.dbpool.lease;

import java.util.regex.Pattern;

/**
 * An SQL text as it may be shown: literals masked, on one line, not too long. Texts that
 * differ in their literals only have the same shape.
 */
public final class SqlShape {

	private static final Pattern LITERAL = Pattern
		.compile("(?s)\\$(\\w*)\\$.*?\\$\\1\\$|[eE]'(?:[^'\\\\]|\\\\.|'')*'|'(?:[^']|'')*'|\\b\\d+(?:\\.\\d+)?\\b");

	private static final Pattern SPACE = Pattern.compile("[\\s\\p{Cntrl}]+");

	private SqlShape() {
	}

	/**
	 * Returns a text as it may be shown.
	 * @param sql any SQL
	 * @param length how many characters are shown at the most
	 * @return the text on one line, without literals, shortened
	 */
	public static String of(String sql, int length) {
		String shape = SPACE.matcher(LITERAL.matcher(sql).replaceAll("?")).replaceAll(" ").strip();
		return (shape.length() > length) ? shape.substring(0, length) + "..." : shape;
	}

}

package dev.dbpool.guard;

import java.util.regex.Pattern;

/**
 * An SQL text as it may be shown: literals masked, on one line, not too long. Texts that
 * differ in their literals only have the same shape.
 */
final class SqlShape {

	private static final Pattern LITERAL = Pattern
		.compile("(?s)\\$(\\w*)\\$.*?\\$\\1\\$|[eE]'(?:[^'\\\\]|\\\\.|'')*'|'(?:[^']|'')*'|\\b\\d+(?:\\.\\d+)?\\b");

	private static final Pattern SPACE = Pattern.compile("[\\s\\p{Cntrl}]+");

	private SqlShape() {
	}

	static String of(String sql, int length) {
		String shape = SPACE.matcher(LITERAL.matcher(sql).replaceAll("?")).replaceAll(" ").strip();
		return (shape.length() > length) ? shape.substring(0, length) + "..." : shape;
	}

}

package dev.dbpool.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The words of an SQL text: identifiers and key words in lower case, and punctuation as
 * itself. String literals become {@code '} with their first character behind it if they
 * are short, quoted identifiers their content; comments are left out.
 */
final class SqlTokens {

	private final String sql;

	private final List<String> tokens = new ArrayList<>();

	private int position;

	private SqlTokens(String sql) {
		this.sql = sql;
	}

	static List<String> of(String sql) {
		return new SqlTokens(sql).read();
	}

	private List<String> read() {
		while (this.position < this.sql.length()) {
			char c = this.sql.charAt(this.position);
			if (Character.isWhitespace(c)) {
				this.position++;
			}
			else if (this.sql.startsWith("--", this.position)) {
				int end = this.sql.indexOf('\n', this.position);
				this.position = (end < 0) ? this.sql.length() : end;
			}
			else if (this.sql.startsWith("/*", this.position)) {
				skipComment();
			}
			else if (c == '\'') {
				quoted('\'', escapes());
			}
			else if (c == '"') {
				quoted('"', false);
			}
			else if (c == '$' && dollarQuoted()) {
				this.tokens.add("'");
			}
			else if (isWordPart(c)) {
				word();
			}
			else {
				this.tokens.add(String.valueOf(c));
				this.position++;
			}
		}
		return this.tokens;
	}

	/**
	 * Comments may contain comments.
	 */
	private void skipComment() {
		int depth = 0;
		do {
			if (this.sql.startsWith("/*", this.position)) {
				depth++;
				this.position += 2;
			}
			else if (this.sql.startsWith("*/", this.position)) {
				depth--;
				this.position += 2;
			}
			else {
				this.position++;
			}
		}
		while (depth > 0 && this.position < this.sql.length());
	}

	/**
	 * A string that begins with {@code E'} has backslash escapes.
	 */
	private boolean escapes() {
		return this.position > 0 && "eE".indexOf(this.sql.charAt(this.position - 1)) >= 0
				&& (this.position == 1 || !isWordPart(this.sql.charAt(this.position - 2)));
	}

	private void quoted(char quote, boolean escapes) {
		int start = this.position + 1;
		int i = start;
		while (i < this.sql.length()) {
			char c = this.sql.charAt(i);
			if (escapes && c == '\\') {
				i++;
			}
			else if (c == quote) {
				if (i + 1 == this.sql.length() || this.sql.charAt(i + 1) != quote) {
					break;
				}
				i++;
			}
			i++;
		}
		String content = this.sql.substring(Math.min(start, this.sql.length()), Math.min(i, this.sql.length()));
		this.tokens.add((quote == '"') ? content : "'" + ((content.length() <= 5) ? content : ""));
		this.position = i + 1;
	}

	private boolean dollarQuoted() {
		int end = this.position + 1;
		while (end < this.sql.length() && isWordPart(this.sql.charAt(end)) && this.sql.charAt(end) != '$') {
			end++;
		}
		boolean parameter = end > this.position + 1 && Character.isDigit(this.sql.charAt(this.position + 1));
		if (end >= this.sql.length() || this.sql.charAt(end) != '$' || parameter) {
			return false;
		}
		String tag = this.sql.substring(this.position, end + 1);
		int close = this.sql.indexOf(tag, end + 1);
		this.position = (close < 0) ? this.sql.length() : close + tag.length();
		return true;
	}

	private void word() {
		int start = this.position;
		while (this.position < this.sql.length() && isWordPart(this.sql.charAt(this.position))) {
			this.position++;
		}
		this.tokens.add(this.sql.substring(start, this.position).toLowerCase(Locale.ROOT));
	}

	private static boolean isWordPart(char c) {
		return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c > 127;
	}

}

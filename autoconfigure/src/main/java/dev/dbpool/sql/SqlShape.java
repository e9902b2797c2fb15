package dev.dbpool.sql;

/**
 * An SQL text as it may be shown: literals masked, comments left out, on one line, not
 * too long. Texts that differ in their literals only have the same shape.
 */
public final class SqlShape {

	/**
	 * How much of a text is looked at for each character that is shown. Behind long
	 * literals there may be little to show.
	 */
	private static final long LOOKED_AT = 50;

	private final StringBuilder shape = new StringBuilder();

	private boolean space;

	private SqlShape() {
	}

	/**
	 * Returns a text as it may be shown.
	 * @param sql any SQL
	 * @param length how many characters are shown at the most
	 * @return the text on one line, without literals, shortened
	 */
	public static String of(String sql, int length) {
		long limit = length * LOOKED_AT;
		boolean whole = sql.length() <= limit;
		return new SqlShape().of(whole ? sql : sql.substring(0, (int) limit), length, whole);
	}

	private String of(String sql, int length, boolean whole) {
		SqlLexer lexer = new SqlLexer(sql);
		boolean known = whole;
		String word = "";
		SqlToken token = lexer.next();
		while (token != null && this.shape.length() <= length) {
			String text = lexer.text();
			append(shown(token, text));
			if (token == SqlToken.STRING && !lexer.endsInEveryReading() && !isEscape(word, text)) {
				// What follows may be a literal still.
				known = false;
				break;
			}
			word = (token == SqlToken.SPACE || token == SqlToken.COMMENT) ? word : text;
			token = lexer.next();
		}
		return (known && this.shape.length() <= length) ? this.shape.toString() : shortened(length);
	}

	private static String shown(SqlToken token, String text) {
		return switch (token) {
			case SPACE, COMMENT -> " ";
			case STRING, NUMBER -> "?";
			default -> text;
		};
	}

	/**
	 * Whether a string is that of {@code LIKE ... ESCAPE '\'}, which is one character in
	 * each reading.
	 */
	private static boolean isEscape(String before, String string) {
		return before.equalsIgnoreCase("escape") && string.equals("'\\'");
	}

	private void append(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (Character.isISOControl(c) || Character.isWhitespace(c)) {
				this.space = true;
				continue;
			}
			if (this.space && !this.shape.isEmpty()) {
				this.shape.append(' ');
			}
			this.space = false;
			this.shape.append(c);
		}
	}

	private String shortened(int length) {
		int end = Math.min(length, this.shape.length());
		boolean halved = end > 0 && Character.isHighSurrogate(this.shape.charAt(end - 1));
		return this.shape.substring(0, halved ? end - 1 : end) + "...";
	}

}

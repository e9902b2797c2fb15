package dev.dbpool.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * One call of {@code set_config(setting_name, new_value, is_local)} in an SQL text.
 */
final class SetConfigCall {

	private static final Set<String> NO = Set.of("false", "'false", "'f", "'off", "'no", "'n", "'0");

	/**
	 * With what a simple argument has more words than this, it is none.
	 */
	private static final int WORDS = 8;

	private final int depth;

	// Mutable state

	private final List<String> argument = new ArrayList<>(WORDS);

	private @Nullable String parameter;

	SetConfigCall(int depth) {
		this.depth = depth;
	}

	/**
	 * Returns a string as an argument: with {@code '} before it, and empty if it is not
	 * simple.
	 */
	static String string(String literal) {
		boolean simple = literal.length() > 2 && literal.length() < 100
				&& literal.lastIndexOf('\'', literal.length() - 2) == 0;
		return simple ? "'" + literal.substring(1, literal.length() - 1).strip().toLowerCase(Locale.ROOT) : "'";
	}

	/**
	 * Returns how deep in parentheses its arguments are.
	 */
	int depth() {
		return this.depth;
	}

	/**
	 * Reads one word between its parentheses.
	 * @param own whether it stands in no further parentheses
	 */
	void read(String word, boolean own) {
		if (own && word.equals(",")) {
			if (this.parameter == null) {
				this.parameter = value();
			}
			this.argument.clear();
		}
		else if (this.argument.size() < WORDS) {
			this.argument.add(word);
		}
	}

	/**
	 * Returns what it leaves in the session; {@code null} if that is nothing, or not
	 * known.
	 */
	@Nullable SessionStatement end() {
		if (this.parameter == null || !NO.contains(value())) {
			return null;
		}
		return SessionStatement.ofSetting(this.parameter.startsWith("'") ? this.parameter.substring(1) : "");
	}

	/**
	 * Returns an argument that is one word, or one with a cast; empty if it is another.
	 * It may be named: {@code is_local => false}.
	 */
	private String value() {
		boolean named = this.argument.size() > 3 && Set.of("=", ":").contains(this.argument.get(1))
				&& Set.of("=", ">").contains(this.argument.get(2));
		int i = named ? 3 : 0;
		boolean alone = this.argument.size() == i + 1
				|| (this.argument.size() > i + 1 && this.argument.get(i + 1).equals(":"));
		return alone ? this.argument.get(i) : "";
	}

}

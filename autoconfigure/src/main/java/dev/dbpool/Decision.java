package dev.dbpool;

import org.jspecify.annotations.Nullable;

/**
 * One decision that the start-up took, for the log and the report.
 *
 * @param name what was decided, for example {@code runtime}
 * @param value the outcome, secrets masked
 * @param source where it came from
 * @param property the property that decided, if one did
 */
public record Decision(String name, String value, Source source, @Nullable String property) {

	/**
	 * Creates a decision that the user took.
	 * @param name what was decided
	 * @param value the outcome
	 * @param property the property that was set
	 * @return the decision
	 */
	public static Decision byProperty(String name, Object value, String property) {
		return new Decision(name, String.valueOf(value), Source.PROPERTY, property);
	}

	/**
	 * Creates a decision that was left to the default.
	 * @param name what was decided
	 * @param value the outcome
	 * @return the decision
	 */
	public static Decision byDefault(String name, Object value) {
		return new Decision(name, String.valueOf(value), Source.DEFAULT, null);
	}

	/**
	 * Returns where the decision came from, in words.
	 * @return the property's name, or {@code default} or {@code detected}
	 */
	public String origin() {
		return (this.property != null) ? this.property : this.source.toString();
	}

}

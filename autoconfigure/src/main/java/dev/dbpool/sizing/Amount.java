package dev.dbpool.sizing;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.dbpool.InvalidSettingException;

/**
 * A number, or a percentage of something.
 *
 * @param value the number or the percentage, 0 or more
 * @param percentage whether it is a percentage
 */
public record Amount(int value, boolean percentage) {

	private static final Pattern SYNTAX = Pattern.compile("(\\d{1,9})\\s*(%?)");

	/**
	 * Reads an amount.
	 * @param property the property that it stands in, for the error message
	 * @param text for example {@code 20} or {@code 20%}
	 * @return the amount
	 * @throws InvalidSettingException if it is neither a number nor a percentage
	 */
	public static Amount parse(String property, String text) {
		Matcher matcher = SYNTAX.matcher(text.strip());
		if (!matcher.matches()) {
			throw new InvalidSettingException(property, text.strip(),
					"which is neither a number nor a percentage of 0 or more.",
					"Set " + property + " to something like 2 or 25%.");
		}
		return new Amount(Integer.parseInt(matcher.group(1)), !matcher.group(2).isEmpty());
	}

	/**
	 * Returns the amount as a number. A percentage is rounded up, as Kubernetes does with
	 * {@code maxSurge}.
	 * @param whole what a percentage is of
	 * @return 0 or more
	 */
	public long of(int whole) {
		return this.percentage ? ((long) whole * this.value + 99) / 100 : this.value;
	}

	@Override
	public String toString() {
		return this.value + (this.percentage ? "%" : "");
	}

}

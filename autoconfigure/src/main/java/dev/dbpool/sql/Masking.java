package dev.dbpool.sql;

import java.util.regex.Pattern;

/**
 * Makes text from outside fit to be shown: takes secrets out of connection URLs, and
 * control characters out of everything.
 */
public final class Masking {

	/**
	 * What stands in place of a secret.
	 */
	public static final String MASK = "******";

	private static final String SECRET_NAME = "(?:password|passwd|pwd|secret|token)";

	/**
	 * Takes time in proportion to the text: whatever a server said may be long.
	 */
	private static final Pattern SECRET_PARAMETER = Pattern
		.compile("(?i)([?&;](?=[^=&;?]*?" + SECRET_NAME + ")[^=&;?]*+=)[^&;]*");

	private static final Pattern SECRET = Pattern.compile("(?i)" + SECRET_NAME);

	private static final Pattern USER_PARAMETER = Pattern.compile("(?i)([?&;]user(?:name)?=)[^&;]*");

	private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f-\\x9f]");

	private Masking() {
	}

	/**
	 * Masks user information and secret parameters. It also works on text that is not a
	 * valid URL, and then masks too much rather than too little.
	 * @param url any text that may be a URL
	 * @return the text without secrets
	 */
	public static String mask(String url) {
		String masked = url;
		int slashes = masked.indexOf("//");
		int at = masked.lastIndexOf('@');
		if (at > slashes) {
			masked = masked.substring(0, (slashes < 0) ? 0 : slashes + 2) + MASK + masked.substring(at);
		}
		masked = SECRET_PARAMETER.matcher(masked).replaceAll("$1" + MASK);
		masked = USER_PARAMETER.matcher(masked).replaceAll("$1" + MASK);
		return printable(masked);
	}

	/**
	 * Whether a parameter of this name is masked.
	 * @param parameter the name
	 * @return {@code true} if its value is a secret
	 */
	public static boolean isSecret(String parameter) {
		return SECRET.matcher(parameter).find();
	}

	/**
	 * Replaces control characters, with which a text from outside could forge a line of
	 * the log.
	 * @param text any text
	 * @return the text on one line
	 */
	public static String printable(String text) {
		return CONTROL.matcher(text).replaceAll("?");
	}

}

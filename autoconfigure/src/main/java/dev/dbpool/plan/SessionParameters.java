package dev.dbpool.plan;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.dbpool.InvalidSettingException;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of a URL that set something for the session.
 */
final class SessionParameters {

	static final String CURRENT_SCHEMA = "currentSchema";

	private static final String OPTIONS = "options";

	/**
	 * Sets a server parameter, as PostgreSQL reads {@code options}:
	 * {@code -c name=value}, {@code -cname=value} or {@code --name=value}.
	 */
	private static final Pattern SETS_PARAMETER = Pattern.compile("(?:^|\\s)(?:-c\\s*|--)(\\w[\\w.-]*)\\s*=\\s*(\\S*)");

	private SessionParameters() {
	}

	/**
	 * Refuses what a transaction pooler does not pass on.
	 * @param property where the parameters are set
	 * @param parameters values by the driver's names
	 * @throws InvalidSettingException if one of them is for the session
	 */
	static void refuse(String property, Map<String, String> parameters) {
		if (parameters.containsKey(CURRENT_SCHEMA)) {
			throw new InvalidSettingException(property, CURRENT_SCHEMA + "=" + parameters.get(CURRENT_SCHEMA),
					"but a transaction pooler refuses it or ignores it.",
					"Remove " + CURRENT_SCHEMA + " and set the schema for the role, in the database itself: "
							+ "ALTER ROLE ... SET search_path = ...; or qualify the table names.");
		}
		Matcher sets = SETS_PARAMETER.matcher(parameters.getOrDefault(OPTIONS, ""));
		if (sets.find()) {
			throw new InvalidSettingException(property, OPTIONS + "=" + sets.group().strip(),
					"but a transaction pooler refuses it or ignores it.",
					"Remove it from " + OPTIONS + " and set the parameter for the role, in the database itself: "
							+ "ALTER ROLE ... SET " + sets.group(1) + " = ...");
		}
	}

	/**
	 * Returns the schema that a URL sets for the session.
	 * @return the name; {@code null} if it sets none
	 */
	static @Nullable String schema(PostgresUrl url) {
		String schema = url.parameters().get(CURRENT_SCHEMA);
		if (schema == null) {
			Matcher sets = SETS_PARAMETER.matcher(url.parameters().getOrDefault(OPTIONS, ""));
			while (sets.find()) {
				schema = sets.group(1).equals("search_path") ? sets.group(2) : schema;
			}
		}
		return schema;
	}

}

package dev.dbpool.plan;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import dev.dbpool.InvalidSettingException;
import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a connection URL as a user writes it: {@code jdbc:postgresql:...},
 * {@code postgres://...} or {@code postgresql://...}, with or without credentials.
 *
 * @param url the URL without credentials, in the driver's terms
 * @param login the credentials that stood in it
 * @param unknownParameters the names of parameters that neither libpq nor the driver
 * knows
 */
record ConnectionUrl(PostgresUrl url, Login login, List<String> unknownParameters) {

	private static final String JDBC_PREFIX = "jdbc:";

	/**
	 * Whether this text claims to be the URL of a PostgreSQL. If so, what is wrong with
	 * it is an error; if not, it is not ours to judge.
	 * @param text any text
	 * @return {@code true} if it begins as such a URL does
	 */
	static boolean isPostgres(String text) {
		return text.startsWith("jdbc:postgresql:") || text.startsWith("postgres:") || text.startsWith("postgresql:");
	}

	/**
	 * Parses a URL.
	 * @param property the property that it stands in, for the error message
	 * @param text the URL
	 * @param knownToDriver whether the driver knows a parameter of this name
	 * @return the parts
	 * @throws InvalidSettingException if it is malformed
	 */
	static ConnectionUrl parse(String property, String text, Predicate<String> knownToDriver) {
		try {
			return new Parser(text, knownToDriver).parse();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidSettingException(property, Masking.mask(text),
					"which is not a valid PostgreSQL URL: " + ex.getMessage() + ".",
					"Write jdbc:postgresql://host:5432/database or postgres://user:password@host:5432/database; "
							+ "percent-encode special characters in user and password.");
		}
	}

	/**
	 * One pass over one text. Its exceptions have no value in them: that may be secret.
	 */
	private static final class Parser {

		private final boolean jdbc;

		private final String location;

		private final String query;

		private final Predicate<String> knownToDriver;

		Parser(String text, Predicate<String> knownToDriver) {
			this.jdbc = text.startsWith(JDBC_PREFIX);
			String rest = text.substring(text.indexOf(':', this.jdbc ? JDBC_PREFIX.length() : 0) + 1);
			int question = rest.indexOf('?');
			this.location = (question < 0) ? rest : rest.substring(0, question);
			this.query = (question < 0) ? "" : rest.substring(question + 1);
			this.knownToDriver = knownToDriver;
		}

		ConnectionUrl parse() {
			Map<String, String> parameters = parameters();
			List<String> unknown = List.of();
			Login login = new Login(parameters.remove("user"), parameters.remove("password"));
			String hosts = "";
			String database = null;
			if (this.location.startsWith("//")) {
				String authority = this.location.substring(2);
				int slash = authority.indexOf('/');
				require(slash >= 0 || !this.jdbc || authority.isEmpty(), "there is no / after the host");
				database = (slash < 0) ? null : authority.substring(slash + 1);
				require(database == null || database.indexOf('/') < 0,
						"there is more than one / after the host, or an unencoded one in the password");
				authority = (slash < 0) ? authority : authority.substring(0, slash);
				int at = authority.lastIndexOf('@');
				if (at >= 0) {
					login = userInformation(authority.substring(0, at)).orElse(login);
				}
				hosts = authority.substring(at + 1);
			}
			else {
				require(this.jdbc && !this.location.startsWith("/"), "there is no // after the scheme");
				database = this.location;
			}
			database = (database == null || database.isEmpty()) ? parameters.remove("dbname") : decode(database);
			if (!this.jdbc) {
				hosts = hosts.isEmpty() ? hostParameters(parameters) : hosts;
				LibpqParameters libpq = LibpqParameters.translate(parameters, this.knownToDriver);
				parameters = libpq.translated();
				unknown = libpq.unknown();
			}
			checkHosts(hosts);
			return new ConnectionUrl(new PostgresUrl(hosts, database, parameters), login, unknown);
		}

		private Map<String, String> parameters() {
			Map<String, String> parameters = new LinkedHashMap<>();
			for (String parameter : this.query.split("&")) {
				if (!parameter.isEmpty()) {
					String[] parts = parameter.split("=", 2);
					parameters.put(parts[0], (parts.length > 1) ? decode(parts[1]) : "");
				}
			}
			return parameters;
		}

		private static Login userInformation(String text) {
			String[] parts = text.split(":", 2);
			return new Login(parts[0].isEmpty() ? null : decodeUri(parts[0]),
					(parts.length > 1) ? decodeUri(parts[1]) : null);
		}

		private static String hostParameters(Map<String, String> parameters) {
			String host = parameters.remove("host");
			String port = parameters.remove("port");
			if (host == null && port == null) {
				return "";
			}
			return ((host != null) ? host : "localhost") + ((port != null) ? ":" + port : "");
		}

		private static void checkHosts(String hosts) {
			if (hosts.isEmpty()) {
				return;
			}
			for (String host : hosts.split(",", -1)) {
				String name = host;
				int colon = host.lastIndexOf(':');
				if (colon > host.lastIndexOf(']')) {
					name = host.substring(0, colon);
					checkPort(host.substring(colon + 1));
				}
				require(!name.startsWith("/") && !name.regionMatches(true, 0, "%2f", 0, 3),
						"the driver cannot use a Unix-domain socket");
				require(name.startsWith("[") == name.endsWith("]") && (name.startsWith("[") || name.indexOf(':') < 0),
						"an IPv6 address must be in brackets");
				require(name.chars().noneMatch((c) -> Character.isWhitespace(c) || "@#%\\".indexOf(c) >= 0),
						"the host contains a character that is not allowed there");
			}
		}

		private static void checkPort(String port) {
			boolean digits = !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(Character::isDigit);
			require(digits && Integer.parseInt(port) >= 1 && Integer.parseInt(port) <= 65535,
					"the port is not a number from 1 to 65535");
		}

		/**
		 * In the query of a URL, the driver reads + as a space, and libpq as a plus.
		 */
		private String decode(String text) {
			UnaryOperator<String> decoder = this.jdbc ? Parser::decodeForm : Parser::decodeUri;
			return decoder.apply(text);
		}

		private static String decodeUri(String text) {
			return decodeForm(text.replace("+", "%2B"));
		}

		private static String decodeForm(String text) {
			try {
				return URLDecoder.decode(text, StandardCharsets.UTF_8);
			}
			catch (IllegalArgumentException ex) {
				throw new IllegalArgumentException("there is a % that does not begin a percent-encoded character");
			}
		}

		private static void require(boolean condition, @Nullable String problem) {
			if (!condition) {
				throw new IllegalArgumentException(problem);
			}
		}

	}

}

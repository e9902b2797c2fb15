package dev.dbpool.plan;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;

/**
 * The URL of a PostgreSQL database or pooler in the driver's terms, without user name and
 * password. Immutable.
 *
 * @param hosts host and port, several separated by commas, an IPv6 address in brackets;
 * empty for the driver's default, {@code localhost:5432}
 * @param database the database name, decoded; {@code null} for the driver's default, the
 * user's name
 * @param parameters the driver's parameters, decoded, in their order
 */
public record PostgresUrl(String hosts, @Nullable String database, Map<String, String> parameters) {

	/**
	 * The port of a PostgreSQL if none is given.
	 */
	static final int DEFAULT_PORT = 5432;

	public PostgresUrl {
		parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
	}

	/**
	 * Parses the URL of a user, without its credentials.
	 * @param property the property that it stands in, for the error message
	 * @param text the URL
	 * @return the URL in the driver's terms
	 * @throws dev.dbpool.InvalidSettingException if it is malformed
	 */
	public static PostgresUrl of(String property, String text) {
		return ConnectionUrl.parse(property, text.strip(), (parameter) -> true).url();
	}

	/**
	 * Returns this URL with one parameter set or overridden.
	 * @param name the driver's name of the parameter
	 * @param value its value
	 * @return a new URL
	 */
	public PostgresUrl with(String name, String value) {
		Map<String, String> changed = new LinkedHashMap<>(this.parameters);
		changed.put(name, value);
		return new PostgresUrl(this.hosts, this.database, changed);
	}

	/**
	 * Returns this URL with those of the given parameters that it does not have itself.
	 * @param defaults parameters by the driver's names
	 * @return a new URL
	 */
	public PostgresUrl withDefaults(Map<String, String> defaults) {
		Map<String, String> changed = new LinkedHashMap<>(this.parameters);
		defaults.forEach(changed::putIfAbsent);
		return new PostgresUrl(this.hosts, this.database, changed);
	}

	/**
	 * Returns the parameters that are secrets, such as the password of a client key.
	 * @return values by the driver's names
	 */
	public Map<String, String> secrets() {
		Map<String, String> secrets = new LinkedHashMap<>(this.parameters);
		secrets.keySet().removeIf((name) -> !Masking.isSecret(name));
		return secrets;
	}

	/**
	 * Returns this URL without secrets, for a tool that logs it.
	 * @return a new URL
	 */
	public PostgresUrl withoutSecrets() {
		Map<String, String> shown = new LinkedHashMap<>(this.parameters);
		shown.keySet().removeIf(Masking::isSecret);
		return new PostgresUrl(this.hosts, this.database, shown);
	}

	/**
	 * Returns the name of the first host.
	 * @return the name, {@code localhost} if the URL has none
	 */
	public String host() {
		String first = this.hosts.split(",", 2)[0];
		String host = (portSeparator(first) < 0) ? first : first.substring(0, portSeparator(first));
		return host.isEmpty() ? "localhost" : host;
	}

	/**
	 * Returns the port of the first host.
	 * @return the port, 5432 if the URL has none
	 */
	public int port() {
		String first = this.hosts.split(",", 2)[0];
		int separator = portSeparator(first);
		return (separator < 0) ? DEFAULT_PORT : Integer.parseInt(first.substring(separator + 1));
	}

	private static int portSeparator(String host) {
		int colon = host.lastIndexOf(':');
		return (colon > host.lastIndexOf(']')) ? colon : -1;
	}

	/**
	 * Whether both name the same first server and the same database. Parameters do not
	 * count.
	 * @param other another URL
	 * @return {@code true} if they do
	 */
	boolean sameTarget(PostgresUrl other) {
		return host().equalsIgnoreCase(other.host()) && port() == other.port()
				&& Objects.equals(this.database, other.database);
	}

	/**
	 * Returns the URL for the driver. It has no user name and no password, but may have
	 * the password of a client key ({@code sslpassword}): show {@link #toString()}
	 * instead.
	 * @return a URL that begins with {@code jdbc:postgresql:}
	 */
	public String toJdbcUrl() {
		String path = (this.database != null) ? encode(this.database) : "";
		String location = this.hosts.isEmpty() ? path : "//" + this.hosts + "/" + path;
		String query = this.parameters.entrySet()
			.stream()
			.map((parameter) -> parameter.getKey() + "=" + encode(parameter.getValue()))
			.collect(Collectors.joining("&"));
		return "jdbc:postgresql:" + location + (query.isEmpty() ? "" : "?" + query);
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	/**
	 * Returns the URL as it may be shown.
	 * @return the URL without secrets
	 */
	@Override
	public String toString() {
		return Masking.mask(toJdbcUrl());
	}

}

package dev.dbpool.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The parameters of a {@code postgres://} URL, which are libpq's, in the driver's terms.
 *
 * @param translated the driver's parameters
 * @param unknown the names that neither libpq nor the driver knows; they are passed on as
 * well
 * @see <a href="https://www.postgresql.org/docs/current/libpq-connect.html">libpq's
 * parameter key words</a>
 * @see <a href="https://jdbc.postgresql.org/documentation/use/">pgJDBC's connection
 * parameters</a>
 */
record LibpqParameters(Map<String, String> translated, List<String> unknown) {

	private static final Map<String, String> NAMES = Map.ofEntries(Map.entry("sslmode", "sslmode"),
			Map.entry("channel_binding", "channelBinding"), Map.entry("connect_timeout", "connectTimeout"),
			Map.entry("application_name", "ApplicationName"), Map.entry("options", "options"),
			Map.entry("sslnegotiation", "sslNegotiation"), Map.entry("sslcert", "sslcert"),
			Map.entry("sslkey", "sslkey"), Map.entry("sslpassword", "sslpassword"),
			Map.entry("sslrootcert", "sslrootcert"), Map.entry("gssencmode", "gssEncMode"),
			Map.entry("krbsrvname", "kerberosServerName"), Map.entry("keepalives", "tcpKeepAlive"),
			Map.entry("target_session_attrs", "targetServerType"), Map.entry("load_balance_hosts", "loadBalanceHosts"));

	private static final Map<String, Map<String, String>> VALUES = Map.of("keepalives",
			Map.of("1", "true", "0", "false"), "load_balance_hosts", Map.of("random", "true", "disable", "false"),
			"target_session_attrs", Map.of("read-write", "primary", "read-only", "secondary", "standby", "secondary",
					"prefer-standby", "preferSecondary"));

	/**
	 * Translates parameters.
	 * @param parameters decoded names and values
	 * @param knownToDriver whether the driver itself knows a name: such a parameter is
	 * passed on as it is
	 */
	static LibpqParameters translate(Map<String, String> parameters, Predicate<String> knownToDriver) {
		List<String> unknown = new ArrayList<>();
		Map<String, String> translated = new LinkedHashMap<>();
		parameters.forEach((name, value) -> {
			if (name.equals("sslrootcert") && value.equals("system")) {
				// libpq's word for the authorities that this machine trusts.
				translated.put("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
				translated.putIfAbsent("sslmode", "verify-full");
			}
			else if (name.equals("fallback_application_name")) {
				translated.putIfAbsent("ApplicationName", value);
			}
			else if (NAMES.containsKey(name)) {
				translated.put(NAMES.get(name), VALUES.getOrDefault(name, Map.of()).getOrDefault(value, value));
			}
			else {
				if (!knownToDriver.test(name)) {
					unknown.add(name);
				}
				translated.put(name, value);
			}
		});
		return new LibpqParameters(translated, List.copyOf(unknown));
	}

}

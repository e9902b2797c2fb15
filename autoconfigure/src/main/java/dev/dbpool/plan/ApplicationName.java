package dev.dbpool.plan;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The name that all connections of an application have in {@code pg_stat_activity}. Both
 * uses have the same name, because a pooler that tracks names sends a {@code SET}
 * whenever a server connection passes to a client with another name.
 */
final class ApplicationName {

	private static final String PARAMETER = "ApplicationName";

	/**
	 * From this version on the driver sends the name with the first packet. Otherwise it
	 * sends a {@code SET}, which waits for a server connection behind a pooler, and from
	 * which the pooler does not learn the name if it changes nothing.
	 */
	private static final Map<String, String> IN_FIRST_PACKET = Map.of("assumeMinServerVersion", "9.0");

	/**
	 * The bytes that a server keeps of a name.
	 */
	private static final int MAXIMUM = 63;

	private final @Nullable String name;

	private final boolean inFirstPacket;

	/**
	 * Decides. A name among the driver properties is the name of both uses; a name in one
	 * of the URLs keeps the application's away from the other.
	 */
	ApplicationName(ConnectionSettings settings, PostgresUrl runtime, PostgresUrl migration) {
		Map<String, String> ofPool = settings.driverProperties();
		String printable = (isNamed(runtime) || isNamed(migration)) ? null : printable(settings.applicationName());
		this.name = ofPool.getOrDefault(PARAMETER, printable);
		this.inFirstPacket = !ofPool.keySet().containsAll(IN_FIRST_PACKET.keySet());
	}

	/**
	 * Makes the text a name that the server takes as it is.
	 * @return printable ASCII of limited length; {@code null} if nothing is left
	 */
	private static @Nullable String printable(@Nullable String text) {
		String name = (text != null) ? text.strip().replaceAll("[^\\x20-\\x7e]", "?") : "";
		name = name.substring(0, Math.min(name.length(), MAXIMUM)).strip();
		return name.isEmpty() ? null : name;
	}

	private static boolean isNamed(PostgresUrl url) {
		return url.parameters().containsKey(PARAMETER);
	}

	PostgresUrl into(PostgresUrl url) {
		PostgresUrl named = (this.name != null) ? url.withDefaults(Map.of(PARAMETER, this.name)) : url;
		return (isNamed(named) && this.inFirstPacket) ? named.withDefaults(IN_FIRST_PACKET) : named;
	}

}

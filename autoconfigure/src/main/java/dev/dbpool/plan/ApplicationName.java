package dev.dbpool.plan;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The name that all connections of an application have in {@code pg_stat_activity}. One
 * name for both uses, because a pooler that tracks the names sends a {@code SET} whenever
 * a server connection goes over to a client of another name.
 */
final class ApplicationName {

	static final String PARAMETER = "ApplicationName";

	/**
	 * From this version on the driver sends the name with the first packet. Otherwise it
	 * sends a {@code SET}, which waits for a server connection behind a pooler, and from
	 * which the pooler does not learn the name if it changes nothing.
	 */
	private static final Map<String, String> IN_FIRST_PACKET = Map.of("assumeMinServerVersion", "9.0");

	/**
	 * What a server keeps of a name, in bytes.
	 */
	private static final int MAXIMUM = 63;

	private ApplicationName() {
	}

	/**
	 * Makes the text a name that the server takes as it is.
	 * @param text any text
	 * @return printable ASCII of limited length; {@code null} if nothing is left
	 */
	private static @Nullable String printable(@Nullable String text) {
		String name = (text != null) ? text.strip().replaceAll("[^\\x20-\\x7e]", "?") : "";
		name = name.substring(0, Math.min(name.length(), MAXIMUM)).strip();
		return name.isEmpty() ? null : name;
	}

	/**
	 * Gives both uses the same name, unless the user named one of them.
	 * @param plan the plan
	 * @param settings what the user set
	 * @return the plan with the name in both URLs
	 */
	static ConnectionPlan into(ConnectionPlan plan, ConnectionSettings settings) {
		ConnectionTarget runtime = plan.runtime();
		ConnectionTarget migration = plan.migration();
		String ofPool = settings.driverProperties().get(PARAMETER);
		String name = (ofPool != null) ? ofPool : printable(settings.applicationName());
		if (name != null && (ofPool != null || (!isNamed(runtime) && !isNamed(migration)))) {
			runtime = with(runtime, Map.of(PARAMETER, name));
			migration = with(migration, Map.of(PARAMETER, name));
		}
		return new ConnectionPlan(inFirstPacket(runtime, settings), inFirstPacket(migration, settings), plan.via(),
				plan.preparedStatements(), plan.decisions(), plan.warnings());
	}

	private static ConnectionTarget inFirstPacket(ConnectionTarget target, ConnectionSettings settings) {
		boolean decided = settings.driverProperties().keySet().containsAll(IN_FIRST_PACKET.keySet());
		return (isNamed(target) && !decided) ? with(target, IN_FIRST_PACKET) : target;
	}

	private static boolean isNamed(ConnectionTarget target) {
		return target.url().parameters().containsKey(PARAMETER);
	}

	private static ConnectionTarget with(ConnectionTarget target, Map<String, String> parameters) {
		return new ConnectionTarget(target.url().withDefaults(parameters), target.login());
	}

}

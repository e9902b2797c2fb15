package dev.dbpool.server;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.sizing.ConnectedClients;

/**
 * Tells this application's connections from those of others.
 */
public final class OtherClients {

	/**
	 * What the driver calls a connection that has no name.
	 */
	private static final String UNNAMED = "PostgreSQL JDBC Driver";

	private OtherClients() {
	}

	/**
	 * Returns what is connected to a server, with what is this application's marked.
	 * @param plan how this application connects
	 * @param facts what the server said
	 * @return the clients
	 */
	public static ConnectedClients of(ConnectionPlan plan, ServerFacts facts) {
		Set<String> names = targets(plan)
			.map((target) -> target.url().parameters().getOrDefault("ApplicationName", UNNAMED))
			.collect(Collectors.toSet());
		Set<String> roles = Stream
			.concat(Stream.of(facts.role()), targets(plan).map((target) -> String.valueOf(target.login().username())))
			.collect(Collectors.toSet());
		return new ConnectedClients(facts.clients(), names, roles);
	}

	/**
	 * Asks the server what is connected to it, in a connection of its own.
	 * @param plan how this application connects
	 * @param target where to ask
	 * @param limit how long it may take
	 * @return the clients
	 * @throws SQLException if the server does not answer within the limit
	 */
	public static ConnectedClients read(ConnectionPlan plan, ConnectionTarget target, Duration limit)
			throws SQLException {
		return of(plan, ServerFacts.read(target, plan.runtime().login().username(), limit));
	}

	private static Stream<ConnectionTarget> targets(ConnectionPlan plan) {
		return Stream.of(plan.runtime(), plan.migration()).filter(Objects::nonNull);
	}

}

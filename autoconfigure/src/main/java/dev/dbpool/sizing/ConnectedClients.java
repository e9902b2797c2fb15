package dev.dbpool.sizing;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * What is connected to a server.
 *
 * @param clients connections by application name and role
 * @param ownNames the application names that this application's processes have
 * @param ownRoles the roles that they log in as
 */
public record ConnectedClients(List<Client> clients, Set<String> ownNames, Set<String> ownRoles) {

	/**
	 * Whether these are connections of this application, in this process or another one.
	 * Another application with the same role and name looks the same.
	 * @param client the client
	 * @return {@code true} if name and role are this application's
	 */
	public boolean isOwn(Client client) {
		return this.ownNames.contains(client.applicationName()) && this.ownRoles.contains(client.role());
	}

	/**
	 * Returns how many connections others hold.
	 * @return 0 or more
	 */
	public int others() {
		return this.clients.stream().filter((client) -> !isOwn(client)).mapToInt(Client::connections).sum();
	}

	/**
	 * Says whether others already hold what the fleet may come to need.
	 * @param budget the budget
	 * @param maximum the largest size of one process's pool
	 * @return the warning, {@code null} if there is room for all
	 */
	public @Nullable String warning(ConnectionBudget budget, int maximum) {
		ServerLimits limits = budget.settings().limits();
		int others = others();
		if (limits == null || others == 0) {
			return null;
		}
		long needed = budget.demands(maximum)
			.stream()
			.filter((demand) -> demand.side() == Demand.Side.DATABASE)
			.mapToLong(Demand::needed)
			.findFirst()
			.orElse(0);
		int room = limits.maxConnections() - limits.keptBack();
		if (others + needed <= room) {
			return null;
		}
		String largest = this.clients.stream()
			.filter((client) -> !isOwn(client))
			.sorted(Comparator.comparingInt(Client::connections).reversed())
			.limit(3)
			.map((client) -> "'%s' as %s: %d".formatted(client.applicationName(), client.role(), client.connections()))
			.collect(Collectors.joining(", "));
		return "Others hold %d connections (%s). Together with the %d that the processes of this application may need, this is more than the %d that the database has for ordinary roles (max_connections %d - %d)."
			.formatted(others, largest, needed, room, limits.maxConnections(), limits.keptBack());
	}

	/**
	 * Connections of one application name and role.
	 *
	 * @param applicationName its {@code application_name}
	 * @param role the role
	 * @param connections how many there are
	 */
	public record Client(String applicationName, String role, int connections) {

	}

}

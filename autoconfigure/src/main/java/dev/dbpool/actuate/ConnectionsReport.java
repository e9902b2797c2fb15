package dev.dbpool.actuate;

import java.util.List;

import dev.dbpool.sizing.ConnectedClients;
import dev.dbpool.sizing.ConnectionBudget;
import org.jspecify.annotations.Nullable;

/**
 * What is connected to the database.
 *
 * @param own connections of this application, all its processes
 * @param others connections of others
 * @param clients both, by application name and role
 * @param warning what the user should know; {@code null} if there is room for all
 */
record ConnectionsReport(int own, int others, List<ClientDescriptor> clients, @Nullable String warning) {

	static ConnectionsReport of(ConnectedClients connected, ConnectionBudget budget, int maximum) {
		List<ClientDescriptor> clients = connected.clients()
			.stream()
			.map((client) -> new ClientDescriptor(client.applicationName(), client.role(), client.connections(),
					connected.isOwn(client)))
			.toList();
		int all = clients.stream().mapToInt(ClientDescriptor::connections).sum();
		return new ConnectionsReport(all - connected.others(), connected.others(), clients,
				connected.warning(budget, maximum));
	}

	/**
	 * Connections of one application name and role.
	 *
	 * @param applicationName the name
	 * @param role the role
	 * @param connections how many
	 * @param own whether they are this application's
	 */
	record ClientDescriptor(String applicationName, String role, int connections, boolean own) {

	}

}

package dev.dbpool.server;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.sizing.ConnectedClients.Client;
import dev.dbpool.sizing.ServerLimits;
import dev.dbpool.sql.Masking;
import org.jspecify.annotations.Nullable;

/**
 * What a server says about itself, read in one short-lived connection with one query. An
 * ordinary role may read all of it.
 *
 * @param server which server it is: the same text for the same server, as long as it runs
 * @param limits its limits
 * @param database the database's own name, which an alias of a pooler is not
 * @param role the role of the connection
 * @param pooled whether there is a pooler in between: poolers make up the process id that
 * they give to a client
 * @param defaults what the session began with
 * @param clients what is connected to it, this connection left out
 */
public record ServerFacts(String server, ServerLimits limits, String database, String role, boolean pooled,
		SessionDefaults defaults, List<Client> clients) {

	/**
	 * Background processes have no user or no database. The server does not tell an
	 * ordinary role whether the session of another role is a client's.
	 */
	private static final String QUERY = """
			select current_setting('max_connections')::int,
			       current_setting('superuser_reserved_connections')::int,
			       coalesce(current_setting('reserved_connections', true), '0')::int,
			       coalesce((select rolconnlimit from pg_roles where rolname = coalesce(?, session_user)), -1),
			       (select datconnlimit from pg_database where datname = current_database()),
			       current_database(), session_user, pg_backend_pid(),
			       extract(epoch from pg_postmaster_start_time())::text || ' ' || current_setting('port'),
			       %s,
			       activity.application_name, activity.usename, activity.connections
			from %s left join (
			       select coalesce(application_name, '') as application_name, usename, count(*)::int as connections
			       from pg_stat_activity
			       where pid <> pg_backend_pid() and usename is not null and datid is not null
			         and coalesce(backend_type, 'client backend') = 'client backend'
			       group by 1, 2) activity on true
			order by connections desc, application_name, usename
			""".formatted(SessionDefaults.COLUMNS, SessionDefaults.SOURCE);

	/**
	 * Asks the server.
	 * @param target where to connect
	 * @param runtimeRole the role whose limit counts; {@code null} for the connection's
	 * @param limit how long it may take
	 * @return what it says
	 * @throws SQLException if it does not answer within the limit
	 */
	public static ServerFacts read(ConnectionTarget target, @Nullable String runtimeRole, Duration limit)
			throws SQLException {
		return ShortConnection.call(target, limit, (connection) -> read(connection, runtimeRole));
	}

	/**
	 * Asks for the database's own name alone.
	 * @param target where to connect
	 * @param limit how long it may take
	 * @return the name
	 * @throws SQLException if there is no answer within the limit
	 */
	public static String database(ConnectionTarget target, Duration limit) throws SQLException {
		return ShortConnection.call(target, limit, (connection) -> {
			try (Statement statement = connection.createStatement();
					ResultSet row = statement.executeQuery("select current_database()")) {
				row.next();
				return row.getString(1);
			}
		});
	}

	private static ServerFacts read(Connection connection, @Nullable String runtimeRole) throws SQLException {
		try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
			statement.setString(1, runtimeRole);
			try (ResultSet row = statement.executeQuery()) {
				row.next();
				ServerLimits limits = new ServerLimits(row.getInt(1), row.getInt(2), row.getInt(3), row.getInt(4),
						row.getInt(5));
				String database = row.getString(6);
				String role = row.getString(7);
				String server = row.getString(9);
				boolean pooled = ServerProbe.isPooled(connection, row.getInt(8));
				SessionDefaults defaults = new SessionDefaults(row.getString(10), row.getString(11));
				List<Client> clients = new ArrayList<>();
				do {
					if (row.getString(13) != null) {
						clients.add(new Client(Masking.printable(row.getString(12)),
								Masking.printable(row.getString(13)), row.getInt(14)));
					}
				}
				while (row.next());
				return new ServerFacts(server, limits, database, role, pooled, defaults, List.copyOf(clients));
			}
		}
	}

}

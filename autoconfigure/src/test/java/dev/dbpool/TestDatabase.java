package dev.dbpool;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;

/**
 * A database of the fixture that one test has for itself.
 */
public record TestDatabase(PgFixture fixture, String name) {

	public static TestDatabase create() {
		PgFixture fixture = PgFixture.get();
		return new TestDatabase(fixture, fixture.newDatabase());
	}

	/**
	 * The settings of an application that connects to this database, as hosting platforms
	 * hand them out.
	 */
	public String[] properties() {
		return new String[] { "spring.datasource.url=" + this.fixture.postgres().uri(Credentials.APPLICATION, this.name)
				+ "?application_name=direct" };
	}

	/**
	 * The settings of an application that goes through a pooler.
	 */
	public String[] properties(Pooler pooler) {
		return new String[] { properties()[0], "db-pool.pooler.url="
				+ pooler.address().uri(Credentials.APPLICATION, this.name) + "?application_name=pooled" };
	}

	/**
	 * The settings and more of them, of which the last wins.
	 */
	public static String[] with(String[] properties, String... more) {
		return Stream.concat(Stream.of(properties), Stream.of(more)).toArray(String[]::new);
	}

	/**
	 * Opens a connection of the application's role to the database itself.
	 */
	public Connection connect() throws SQLException {
		return this.fixture.connect(this.name, Credentials.APPLICATION);
	}

	/**
	 * The sessions that the server has for this database.
	 */
	public List<Session> sessions() {
		String sql = "select pid, coalesce(application_name, ''), coalesce(client_port, 0) from pg_stat_activity "
				+ "where backend_type = 'client backend' and datname = '" + this.name + "'";
		try (Connection connection = this.fixture.connect("postgres", Credentials.SUPERUSER);
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery(sql)) {
			List<Session> sessions = new ArrayList<>();
			while (rows.next()) {
				sessions.add(new Session(rows.getInt(1), rows.getString(2), rows.getInt(3)));
			}
			return sessions;
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public void terminateSessions() {
		this.fixture.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + this.name
				+ "' and pid <> pg_backend_pid()");
	}

	/**
	 * One session of the server.
	 */
	public record Session(int pid, String applicationName, int clientPort) {

		/**
		 * Whether it is a pooler's, in that pooler's own view.
		 */
		public boolean belongsTo(Pooler pooler) {
			try {
				return pooler.show("SERVERS")
					.stream()
					.anyMatch((server) -> server.get("local_port").equals(String.valueOf(this.clientPort)));
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}

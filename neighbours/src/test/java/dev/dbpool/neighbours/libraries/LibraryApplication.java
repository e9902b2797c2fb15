package dev.dbpool.neighbours.libraries;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.dbpool.test.Address;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/**
 * A running application with all libraries, and a database of its own.
 */
record LibraryApplication(Way way, ConfigurableApplicationContext context, String database,
		Pooler pooler) implements AutoCloseable {

	/**
	 * Few server connections, used one after the other: what a library leaves behind in a
	 * session, or expects to find there, shows at once.
	 */
	private static final PoolerOptions POOLER = PoolerOptions.transactionMode(5).with("server_round_robin", "1");

	static LibraryApplication start(Way way, String... properties) {
		PgFixture fixture = PgFixture.get();
		String database = fixture.newDatabase();
		try {
			Pooler pooler = fixture.startPoolerWithoutTracking(POOLER);
			Map<String, Object> settings = new HashMap<>();
			settings.put("spring.datasource.url", url(fixture.postgres(), database, "direct"));
			settings.put("spring.datasource.username", Credentials.APPLICATION.username());
			settings.put("spring.datasource.password", Credentials.APPLICATION.password());
			settings.put("db-pool.enabled", way == Way.TRANSACTION_POOLER);
			settings.put("db-pool.pooler.url", url(pooler.address(), database, "pooled"));
			return new LibraryApplication(way,
					new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
						.registerShutdownHook(false)
						.profiles("libraries")
						.properties(settings)
						.run(properties),
					database, pooler);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String url(Address address, String database, String connectionName) {
		return address.jdbcUrl(database) + "?ApplicationName=" + connectionName;
	}

	/**
	 * Counts the connections that the database has, by their names.
	 */
	Map<String, Integer> serverConnections() throws SQLException {
		Map<String, Integer> connections = new LinkedHashMap<>();
		try (Connection connection = PgFixture.get().connect("postgres", Credentials.SUPERUSER);
				PreparedStatement statement = connection.prepareStatement(
						"select application_name, count(*) from pg_stat_activity where datname = ? group by 1")) {
			statement.setString(1, this.database);
			try (ResultSet rows = statement.executeQuery()) {
				while (rows.next()) {
					connections.put(rows.getString(1), rows.getInt(2));
				}
			}
		}
		return connections;
	}

	@Override
	public void close() {
		this.context.close();
		this.pooler.close();
	}

	@Override
	public String toString() {
		return this.way.toString();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ DataJdbcIT.Repositories.class, IntegrationIT.Channels.class, ModulithIT.Listeners.class,
			SessionIT.Sessions.class })
	@EnableConfigurationProperties(CloudRefreshIT.Greeting.class)
	static class Application {

	}

}

package dev.dbpool.sample;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

import dev.dbpool.test.Address;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.LocalPooler;
import dev.dbpool.test.LocalPostgres;
import dev.dbpool.test.PoolerOptions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;

/**
 * Starts a PostgreSQL and, in front of it, a PgBouncer in transaction mode where the
 * environment names neither. Both end with the application context, their data too.
 */
class LocalDatabase implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	static final String DATABASE_URL = "DATABASE_URL";

	static final String POOLER_URL = "DATABASE_POOLER_URL";

	static final String NAME = "localDatabase";

	private static final Log logger = LogFactory.getLog(LocalDatabase.class);

	private static final String DATABASE = "chat";

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		ConfigurableEnvironment environment = context.getEnvironment();
		if (StringUtils.hasText(environment.getProperty(DATABASE_URL))
				|| StringUtils.hasText(environment.getProperty(POOLER_URL))) {
			return;
		}
		Servers servers = new Servers();
		closeWithContext(context, servers);
		Map<String, Object> urls = servers.start();
		environment.getPropertySources().addFirst(new MapPropertySource(NAME, urls));
	}

	private static void closeWithContext(ConfigurableApplicationContext context, Servers servers) {
		// What is registered first is destroyed last: the pool drains before its servers
		// stop, also when the start-up fails half-way.
		((DefaultListableBeanFactory) context.getBeanFactory()).registerDisposableBean(NAME, servers::close);
		// A context that never came to its refresh destroys no beans.
		SpringApplication.getShutdownHandlers().add(servers::close);
	}

	/**
	 * What was started, closed once and in reverse order. A shutdown in the middle of the
	 * start waits for its end.
	 */
	private static final class Servers {

		private final Deque<AutoCloseable> started = new ArrayDeque<>();

		synchronized Map<String, Object> start() {
			try {
				Address postgres = add(LocalPostgres.start(Map.of())).address();
				createDatabase(postgres);
				Address pooler = add(LocalPooler.start(postgres, PoolerOptions.transactionMode(5))).address();
				logger.info("No DATABASE_URL is set: started PostgreSQL on port " + postgres.port()
						+ " and PgBouncer on port " + pooler.port()
						+ ". Their data is temporary and ends with this run.");
				return Map.of(DATABASE_URL, postgres.uri(Credentials.APPLICATION, DATABASE), POOLER_URL,
						pooler.uri(Credentials.APPLICATION, DATABASE));
			}
			catch (RuntimeException ex) {
				close();
				throw ex;
			}
		}

		private <T extends AutoCloseable> T add(T server) {
			this.started.push(server);
			return server;
		}

		private static void createDatabase(Address postgres) {
			try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl("postgres"),
					Credentials.SUPERUSER.username(), Credentials.SUPERUSER.password());
					Statement statement = connection.createStatement()) {
				statement.execute("create database " + DATABASE + " owner " + Credentials.APPLICATION.username());
			}
			catch (SQLException ex) {
				throw new IllegalStateException("Could not create the local database", ex);
			}
		}

		synchronized void close() {
			while (!this.started.isEmpty()) {
				try {
					this.started.pop().close();
				}
				catch (Exception ex) {
					logger.warn("Could not stop the local database", ex);
				}
			}
		}

	}

}

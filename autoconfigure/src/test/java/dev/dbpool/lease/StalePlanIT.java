package dev.dbpool.lease;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.jdbc.PgConnection;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Prepared statements through a pooler that tracks them, after a migration has changed a
 * type. The local fixture's pooler may be too old to track them.
 */
@Tag("containers")
class StalePlanIT {

	private static final String QUERY = "select text from note where id = ?";

	private static final int SERVERS = 3;

	private final TestDatabase database = TestDatabase.create();

	@BeforeEach
	void createTable() throws SQLException {
		migrate("create table note (id int primary key, text varchar(20))");
		migrate("insert into note values (1, 'one')");
	}

	/**
	 * Proves that the tests below bite.
	 */
	@Test
	void withoutTheStarterItFailsUntilThePoolerReconnects() throws SQLException {
		try (Pooler pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(1));
				ConfigurableApplicationContext context = TestApplication.start(TestApplication.class,
						"db-pool.enabled=false", TestApplication.WITHOUT_JPA,
						"spring.datasource.url=" + pooler.address().jdbcUrl(this.database.name()),
						"spring.datasource.username=" + Credentials.APPLICATION.username(),
						"spring.datasource.password=" + Credentials.APPLICATION.password())) {
			DataSource dataSource = context.getBean(DataSource.class);
			warmUp(dataSource, 1);
			migrate("alter table note alter text type varchar(40)");
			for (int i = 0; i < 3; i++) {
				// Each costs a connection; the next one fails when it reaches the
				// threshold of five.
				assertThat(failures(dataSource, false, 20)).hasSizeGreaterThan(2)
					.allMatch((ex) -> ex.getMessage().contains("cached plan must not change result type"));
			}
		}
	}

	@Test
	void healsWithAutocommit() throws SQLException {
		heals(false);
	}

	@Test
	void healsWithTransactions() throws SQLException {
		heals(true);
	}

	private void heals(boolean inTransaction) throws SQLException {
		try (Pooler pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(SERVERS));
				ConfigurableApplicationContext context = TestApplication.start(TestApplication.class,
						TestDatabase.with(this.database.properties(pooler), "db-pool.pooler.prepared-statements=true",
								"db-pool.size=3", "db-pool.max-overflow=0", TestApplication.WITHOUT_JPA))) {
			DataSource dataSource = context.getBean(DataSource.class);
			List<PgConnection> connections = warmUp(dataSource, SERVERS);
			migrate("alter table note alter text type varchar(40)");
			// Each failure heals the server connection that failed.
			assertThat(failures(dataSource, inTransaction, 20)).hasSizeLessThanOrEqualTo(SERVERS);
			assertThat(failures(dataSource, inTransaction, 20)).isEmpty();
			// The connections at hand stay, and so does the cache.
			for (PgConnection connection : connections) {
				assertThat(connection.isClosed()).isFalse();
				assertThat(connection.getPrepareThreshold()).isEqualTo(5);
			}
		}
	}

	/**
	 * Prepares the statement on each connection, and on as many server connections.
	 */
	private static List<PgConnection> warmUp(DataSource dataSource, int servers) throws SQLException {
		List<PgConnection> connections = new ArrayList<>();
		List<Connection> borrowed = new ArrayList<>();
		for (int i = 0; i < servers; i++) {
			Connection connection = dataSource.getConnection();
			borrowed.add(connection);
			connections.add(connection.unwrap(PgConnection.class));
			connection.setAutoCommit(false);
			try (var statement = connection.prepareStatement(QUERY)) {
				statement.setInt(1, 1);
				for (int j = 0; j < 10; j++) {
					try (ResultSet rows = statement.executeQuery()) {
						assertThat(rows.next()).isTrue();
					}
				}
			}
		}
		for (Connection connection : borrowed) {
			connection.rollback();
			connection.close();
		}
		return connections;
	}

	private static List<Exception> failures(DataSource dataSource, boolean inTransaction, int times) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		List<Exception> failures = new ArrayList<>();
		for (int i = 0; i < times; i++) {
			try {
				if (inTransaction) {
					transaction.execute((status) -> jdbc.queryForObject(QUERY, String.class, 1));
				}
				else {
					jdbc.queryForObject(QUERY, String.class, 1);
				}
			}
			catch (RuntimeException ex) {
				failures.add(ex);
			}
		}
		return failures;
	}

	private void migrate(String sql) throws SQLException {
		try (Connection connection = this.database.connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}

package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

import javax.sql.DataSource;

import dev.dbpool.HttpAnswer;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.TestDatabase.Session;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One name for all connections of an application.
 */
class ApplicationNameIT {

	private static final String NAME = "spring.application.name=chat";

	private final TestDatabase database = TestDatabase.create();

	@Test
	void runtimeAndMigrationHaveTheNameOfTheApplicationBehindThePooler() {
		try (Pooler pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(2))) {
			String[] urls = {
					"spring.datasource.url="
							+ this.database.fixture().postgres().uri(Credentials.APPLICATION, this.database.name()),
					"db-pool.pooler.url=" + pooler.address().uri(Credentials.APPLICATION, this.database.name()) };
			try (ConfigurableApplicationContext context = TestApplication.startWeb(TestDatabase.with(urls, NAME,
					"spring.flyway.enabled=true", "management.endpoints.web.exposure.include=dbpool"))) {
				JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
				assertThat(jdbc.queryForObject("select application_name from seen", String.class)).isEqualTo("chat");
				assertThat(jdbc.queryForObject("select current_setting('application_name')", String.class))
					.isEqualTo("chat");
				assertThat(this.database.sessions()).isNotEmpty()
					.allMatch((session) -> session.belongsTo(pooler))
					.extracting(Session::applicationName)
					.containsOnly("chat");
				assertThat(HttpAnswer.get(context, "/actuator/dbpool/connections").body())
					.contains("\"applicationName\":\"chat\"");
			}
		}
	}

	@Test
	void withoutTheStarterTheyHaveTheNameOfTheDriver() {
		try (ConfigurableApplicationContext context = TestApplication.start(TestApplication.class,
				"db-pool.enabled=false", TestApplication.WITHOUT_JPA, NAME,
				"spring.datasource.url=" + this.database.fixture().postgres().jdbcUrl(this.database.name()),
				"spring.datasource.username=" + Credentials.APPLICATION.username(),
				"spring.datasource.password=" + Credentials.APPLICATION.password())) {
			assertThat(new JdbcTemplate(context.getBean(DataSource.class))
				.queryForObject("select current_setting('application_name')", String.class))
				.isEqualTo("PostgreSQL JDBC Driver");
		}
	}

	/**
	 * The driver sends the name in a statement of its own, unless it may assume a server
	 * that takes it with the first packet. A statement needs a server connection of a
	 * pooler, and waits where there is none.
	 */
	@Test
	void theNameCostsNoStatement() throws SQLException {
		assertThat(lastStatementOfNewConnection("?ApplicationName=chat")).isEqualTo("SET application_name = 'chat'");
		assertThat(lastStatementOfNewConnection("?ApplicationName=chat&assumeMinServerVersion=9.0")).isEmpty();
	}

	/**
	 * A {@code SET} that changes nothing is not reported to the pooler, which then does
	 * not know the name when it comes to the next server connection. Seen with PgBouncer
	 * 1.18; what others learn is theirs.
	 */
	@Test
	void thePoolerLearnsANameFromTheFirstPacketOnly() throws SQLException {
		try (Pooler pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(2))) {
			String url = pooler.address().jdbcUrl(this.database.name()) + "?prepareThreshold=0&ApplicationName=chat";
			if (pooler.version().startsWith("PgBouncer 1.18")) {
				assertThat(nameOnTheOtherServerConnection(url)).isEmpty();
			}
			assertThat(nameOnTheOtherServerConnection(url + "&assumeMinServerVersion=9.0")).isEqualTo("chat");
		}
	}

	/**
	 * The pooler hands out the server connection that was used last.
	 */
	private static String nameOnTheOtherServerConnection(String url) throws SQLException {
		try (Connection first = connect(url); Connection second = connect(url)) {
			first.setAutoCommit(false);
			name(first);
			return name(second);
		}
	}

	private static String name(Connection connection) {
		return new JdbcTemplate(new SingleConnectionDataSource(connection, true))
			.queryForObject("select current_setting('application_name')", String.class);
	}

	private static Connection connect(String url) throws SQLException {
		return DriverManager.getConnection(url, Credentials.APPLICATION.username(), Credentials.APPLICATION.password());
	}

	private String lastStatementOfNewConnection(String parameters) throws SQLException {
		String url = this.database.fixture().postgres().jdbcUrl(this.database.name()) + parameters;
		try (Connection watched = connect(url); Connection observer = this.database.connect()) {
			return new JdbcTemplate(new SingleConnectionDataSource(observer, true)).queryForObject(
					"select query from pg_stat_activity where pid = ?", String.class,
					watched.unwrap(PGConnection.class).getBackendPID());
		}
	}

}

package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import dev.dbpool.HttpAnswer;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.RedirectingSocketFactory;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.TestDatabase.Session;
import dev.dbpool.test.Address;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * A direct URL that is a pooler in session mode, because nothing else reaches the
 * database.
 */
@ExtendWith(OutputCaptureExtension.class)
class SessionDirectIT {

	private static final String FLYWAY = "spring.flyway.enabled=true";

	private static final String SESSION = "db-pool.direct.mode=session";

	private static final String[] WARNINGS = { "spring.datasource.url is", "db-pool: not checked", "Could not" };

	private static Pooler sessionPooler;

	private static Pooler transactionPooler;

	private final TestDatabase database = TestDatabase.create();

	@BeforeAll
	static void startPoolers() {
		sessionPooler = PgFixture.get().startPooler(PoolerOptions.sessionMode(20));
		transactionPooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(3));
	}

	@AfterAll
	static void stopPoolers() {
		sessionPooler.close();
		transactionPooler.close();
	}

	@Test
	void everythingGoesThroughASessionPoolerThatIsAlone(CapturedOutput output) throws SQLException {
		try (ConfigurableApplicationContext context = start(direct(sessionPooler), SESSION, FLYWAY,
				"db-pool.pooler.pool-size=20", "db-pool.pooler.max-client-connections=500")) {
			assertMigratedThroughTheSessionPooler();
			try (Connection connection = context.getBean(DataSource.class).getConnection()) {
				assertThat(backend(connection)).isIn(backends("direct", sessionPooler));
				assertThat(connection.unwrap(PGConnection.class).getPrepareThreshold()).isPositive();
			}
			assertServesSessions(context);
			assertThat(this.database.sessions()).allMatch((session) -> session.belongsTo(sessionPooler));
		}
		Address address = sessionPooler.address();
		String way = "the session pooler at " + address.host() + ":" + address.port() + " (spring.datasource.url)";
		assertThat(output)
			.contains("runtime via " + way + ", prepared statements on; migrations through " + way + ", without a pool",
					"release on-close (default)", ", 1 x 20 = 20 <= 20, 1 x 20 = 20 <= 500")
			.doesNotContain(WARNINGS);
	}

	@Test
	void aTransactionPoolerBesideItIsForTheRuntime(CapturedOutput output) throws SQLException {
		String[] properties = { direct(sessionPooler)[0], this.database.properties(transactionPooler)[1] };
		try (ConfigurableApplicationContext context = TestApplication.startWeb(TestDatabase.with(properties,
				TestApplication.WITHOUT_JPA, SESSION, FLYWAY, "db-pool.pooler.pool-size=3",
				"db-pool.pooler.max-client-connections=500", "management.endpoints.web.exposure.include=dbpool"))) {
			assertMigratedThroughTheSessionPooler();
			new JdbcTemplate(context.getBean(DataSource.class)).execute("select 1");
			assertThat(backends("pooled", transactionPooler)).isNotEmpty();
			assertServesSessions(context);
			assertThat(this.database.sessions())
				.allMatch((session) -> session.belongsTo(transactionPooler) || session.belongsTo(sessionPooler));
			HttpAnswer report = HttpAnswer.get(context, "/actuator/dbpool");
			assertThat(report.json("plan")).containsEntry("via", "transaction-pooler")
				.containsEntry("migrationVia", "session-pooler");
			assertThat(report.json("plan").get("decisions")).asInstanceOf(InstanceOfAssertFactories.LIST)
				.contains(Map.of("name", "migration-via", "value", "session-pooler", "source", "property", "property",
						"db-pool.direct.mode"));
		}
		assertThat(output)
			.contains("; migrations through the session pooler at %s:%s (spring.datasource.url), without a pool"
				.formatted(sessionPooler.address().host(), sessionPooler.address().port()))
			.doesNotContain(WARNINGS);
	}

	/**
	 * The host of the provider, and the pooler of the tests behind it.
	 */
	@Test
	void aProvidersSessionPoolerIsKnown(CapturedOutput output) throws SQLException {
		Address pooler = sessionPooler.address();
		String url = "spring.datasource.url=jdbc:postgresql://aws-0-eu.pooler.supabase.com:5432/%s"
			.formatted(this.database.name())
				+ "?ApplicationName=direct&assumeMinServerVersion=9.0&socketFactory=%s&socketFactoryArg=%s:%d"
					.formatted(RedirectingSocketFactory.class.getName(), pooler.host(), pooler.port());
		try (ConfigurableApplicationContext context = start(new String[] { url }, FLYWAY,
				"spring.datasource.username=" + Credentials.APPLICATION.username(),
				"spring.datasource.password=" + Credentials.APPLICATION.password(), "db-pool.pooler.pool-size=20",
				"db-pool.pooler.max-client-connections=500")) {
			assertMigratedThroughTheSessionPooler();
			assertServesSessions(context);
		}
		assertThat(output)
			.contains("; migrations through the session pooler at aws-0-eu.pooler.supabase.com:5432 "
					+ "(spring.datasource.url), without a pool")
			.doesNotContain(WARNINGS);
	}

	@Test
	void proofOfTransactionModeStopsMigrations(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(direct(transactionPooler), SESSION, FLYWAY))
			.withRootCauseInstanceOf(InvalidSettingException.class);
		assertThat(output).contains("APPLICATION FAILED TO START",
				"which is a transaction pooler, although db-pool.direct.mode is 'session': transactions moved between "
						+ "server connections.",
				"Set spring.datasource.url to the database itself, and db-pool.pooler.url to this one.");
	}

	@Test
	void proofOfTransactionModeIsAWarningWhereNothingMigrates(CapturedOutput output) {
		try (ConfigurableApplicationContext context = start(direct(transactionPooler), SESSION)) {
			assertThat(context.getBean(StartUpPlan.class).rules().throughTransactionPooler()).isTrue();
		}
		assertThat(output).containsOnlyOnce("spring.datasource.url is a transaction pooler, although "
				+ "db-pool.direct.mode is 'session'. What needs a session,");
	}

	private static ConfigurableApplicationContext start(String[] properties, String... more) {
		return TestApplication.start(TestApplication.class,
				TestDatabase.with(TestDatabase.with(properties, TestApplication.WITHOUT_JPA), more));
	}

	private String[] direct(Pooler pooler) {
		return new String[] { "spring.datasource.url="
				+ pooler.address().uri(Credentials.APPLICATION, this.database.name()) + "?application_name=direct" };
	}

	/**
	 * The migration records its session, and the pooler keeps the server connection.
	 */
	private void assertMigratedThroughTheSessionPooler() throws SQLException {
		try (Connection connection = this.database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select pid, application_name, client_port from seen")) {
			row.next();
			Session session = new Session(row.getInt(1), row.getString(2), row.getInt(3));
			assertThat(session.applicationName()).isEqualTo("direct");
			assertThat(session.belongsTo(sessionPooler)).isTrue();
		}
	}

	private void assertServesSessions(ConfigurableApplicationContext context) throws SQLException {
		DataSource direct = context.getBean("dbPoolDirectDataSource", DataSource.class);
		try (Connection one = direct.getConnection(); Connection other = direct.getConnection()) {
			assertThat(lock(one)).isTrue();
			assertThat(lock(other)).isFalse();
			assertThat(backends("direct", sessionPooler)).contains(backend(one), backend(other));
		}
	}

	private List<Integer> backends(String applicationName, Pooler pooler) {
		return this.database.sessions()
			.stream()
			.filter((session) -> session.applicationName().equals(applicationName) && session.belongsTo(pooler))
			.map(Session::pid)
			.toList();
	}

	private static int backend(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
			row.next();
			return row.getInt(1);
		}
	}

	private static boolean lock(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select pg_try_advisory_lock(42)")) {
			row.next();
			return row.getBoolean(1);
		}
	}

}

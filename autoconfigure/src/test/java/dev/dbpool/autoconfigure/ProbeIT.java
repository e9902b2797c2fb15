package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.plan.Login;
import dev.dbpool.plan.PostgresUrl;
import dev.dbpool.plan.ProbeResult;
import dev.dbpool.server.ServerProbe;
import dev.dbpool.test.Address;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * URLs that do not lead where they should. PgBouncer hands out the server connection that
 * was used last, so transactions of two clients that take turns share it.
 */
@ExtendWith(OutputCaptureExtension.class)
class ProbeIT {

	private static final Duration LIMIT = Duration.ofSeconds(2);

	private static final String FLYWAY = "spring.flyway.enabled=true";

	private static final String OFF = "db-pool.probe=false";

	private static Pooler transactionPooler;

	private static Pooler sessionPooler;

	private static Pooler statementPooler;

	private final TestDatabase database = TestDatabase.create();

	@BeforeAll
	static void startPoolers() {
		transactionPooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(3));
		sessionPooler = PgFixture.get().startPooler(PoolerOptions.sessionMode(20));
		statementPooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(3).with("pool_mode", "statement"));
	}

	@AfterAll
	static void stopPoolers() {
		transactionPooler.close();
		sessionPooler.close();
		statementPooler.close();
	}

	/**
	 * Proves that the refusal below is needed: one of Flyway's connections waits in a
	 * transaction for the other one, which waits for its server connection.
	 */
	@Test
	void withoutTheProbeFlywayBlocksItselfInTheTransactionPooler(CapturedOutput output) {
		try (Pooler pooler = PgFixture.get()
			.startPooler(PoolerOptions.transactionMode(1).with("query_wait_timeout", "2"))) {
			assertThatException().isThrownBy(() -> start(direct(pooler), FLYWAY, OFF))
				.withStackTraceContaining("query_wait_timeout");
		}
		assertThat(output).contains("spring.datasource.url is a pooler, so migrations go through it. Move it to");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void refusesToMigrateThroughATransactionPooler(int poolSize, CapturedOutput output) throws SQLException {
		try (Pooler pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(poolSize))) {
			assertThatException().isThrownBy(() -> start(direct(pooler), FLYWAY))
				.withRootCauseInstanceOf(InvalidSettingException.class);
			assertThat(output)
				.contains("APPLICATION FAILED TO START",
						"spring.datasource.url is 'jdbc:postgresql://%s:%d/%s', which is a transaction pooler"
							.formatted(pooler.address().host(), pooler.address().port(), this.database.name()),
						"Set spring.datasource.url to the database itself, and db-pool.pooler.url to this one. "
								+ "db-pool.probe=false turns the check off.")
				.doesNotContain(Credentials.APPLICATION.password());
			assertNothingIsLeft();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.liquibase.enabled=true", "spring.sql.init.mode=always",
			FLYWAY + ",db-pool.budget.detect=false" })
	void refusesForWhateverMigratesAtStartUp(String settings) throws SQLException {
		assertThatException().isThrownBy(() -> start(direct(transactionPooler), settings.split(",")))
			.withRootCauseInstanceOf(InvalidSettingException.class);
		assertNothingIsLeft();
	}

	@Test
	void onlyWarnsWhereNothingMigrates(CapturedOutput output) throws SQLException {
		try (ConfigurableApplicationContext context = start(direct(transactionPooler))) {
			assertThat(pool(context).getJdbcUrl()).endsWith("?prepareThreshold=0");
		}
		assertThat(output).containsOnlyOnce("spring.datasource.url is a transaction pooler. What needs a session, as "
				+ "migrations and @DirectDataSource do, breaks there. Move it to db-pool.pooler.url");
	}

	@Test
	void leavesAToolItsOwnUrl(CapturedOutput output) {
		Address postgres = this.database.fixture().postgres();
		String own = "spring.flyway.url=" + postgres.jdbcUrl(this.database.name());
		try (ConfigurableApplicationContext context = start(direct(transactionPooler), FLYWAY, own,
				"spring.flyway.user=app", "spring.flyway.password=" + Credentials.APPLICATION.password())) {
			assertThat(new JdbcTemplate(context.getBean(DataSource.class)).queryForObject("select login from seen",
					String.class))
				.isEqualTo("app");
		}
		assertThat(output).contains("spring.datasource.url is a transaction pooler.");
	}

	@Test
	void warnsThatWhatLooksStableIsNoProof(CapturedOutput output) {
		try (ConfigurableApplicationContext context = start(direct(sessionPooler), FLYWAY)) {
			assertThat(context.isRunning()).isTrue();
		}
		assertThat(output).containsOnlyOnce(
				"no transaction moved to another server connection while db-pool watched, but that proves "
						+ "nothing. In session mode migrations work, in transaction mode they deadlock or leave locks behind.");
	}

	@Test
	void aPoolerWithoutAFreeServerConnectionIsNotProvenAndDoesNotDelayTheStart() throws SQLException {
		try (Pooler pooler = PgFixture.get().startPooler(PoolerOptions.sessionMode(1))) {
			long start = System.nanoTime();
			assertThat(ServerProbe.watch(target(pooler), LIMIT)).isEqualTo(ProbeResult.POOLER_WITHOUT_PROOF);
			assertThat(System.nanoTime() - start).isLessThan(2 * LIMIT.toNanos());
		}
	}

	/**
	 * A pooler that takes turns shows it by moving.
	 */
	@Test
	void seesTransactionsMoveWhereServerConnectionsTakeTurns() {
		try (Pooler pooler = PgFixture.get()
			.startPooler(PoolerOptions.transactionMode(3).with("server_round_robin", "1").with("min_pool_size", "3"))) {
			for (int i = 0; i < 3; i++) {
				assertThat(ServerProbe.watch(target(pooler), LIMIT)).isEqualTo(ProbeResult.TRANSACTION_POOLER);
			}
		}
	}

	@Test
	void refusesAPoolerInStatementModeInEitherUrl(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(direct(statementPooler)))
			.withRootCauseInstanceOf(InvalidSettingException.class);
		assertThat(output).contains("spring.datasource.url is 'jdbc:postgresql:",
				"which is a pooler in statement mode");
		assertThatException().isThrownBy(() -> start(this.database.properties(statementPooler)))
			.withRootCauseInstanceOf(InvalidSettingException.class);
		assertThat(output).contains("db-pool.pooler.url is 'jdbc:postgresql:",
				"Let the pooler run in transaction mode, or use another one. db-pool.probe=false turns the check off.");
		try (ConfigurableApplicationContext context = start(this.database.properties(statementPooler), OFF)) {
			assertThat(context.isRunning()).isTrue();
		}
	}

	@Test
	void reportsAPoolerUrlThatIsTheDatabase(CapturedOutput output) throws SQLException {
		String pooler = "db-pool.pooler.url=" + uri(this.database.fixture().postgres());
		try (ConfigurableApplicationContext context = start(this.database.properties(), pooler)) {
			assertThat(pool(context).getJdbcUrl()).doesNotContain("prepareThreshold");
		}
		assertThat(output).containsOnlyOnce("db-pool.pooler.url seems to be the database itself, not a pooler")
			.containsOnlyOnce("It is treated as the database.");
		try (ConfigurableApplicationContext context = start(this.database.properties(), pooler, OFF)) {
			assertThat(pool(context).getJdbcUrl()).contains("prepareThreshold=0");
		}
	}

	@Test
	void aPoolerThatDoesNotAnswerIsAWarning(CapturedOutput output) {
		start(this.database.properties(), "db-pool.pooler.url=postgres://app:hidden@127.0.0.1:1/app").close();
		assertThat(output).containsOnlyOnce("Could not ask whether db-pool.pooler.url is a pooler")
			.doesNotContain("hidden");
	}

	@Test
	void aDatabaseThatDoesNotAnswerIsAWarning(CapturedOutput output) {
		start(new String[] { "spring.datasource.url=postgres://app:hidden@127.0.0.1:1/app" },
				"db-pool.budget.detect=false")
			.close();
		assertThat(output).containsOnlyOnce("Could not ask whether spring.datasource.url is the database itself")
			.doesNotContain("hidden");
	}

	@Test
	void isSilentWhereBothUrlsLeadWhereTheyShould(CapturedOutput output) {
		start(this.database.properties(transactionPooler), FLYWAY).close();
		start(this.database.properties(sessionPooler), FLYWAY, "db-pool.pooler.mode=session").close();
		start(this.database.properties(), FLYWAY).close();
		assertThat(output).doesNotContain("spring.datasource.url is", "db-pool.pooler.url seems", "Could not");
	}

	private static ConfigurableApplicationContext start(String[] properties, String... more) {
		return TestApplication.start(TestApplication.class,
				TestDatabase.with(TestDatabase.with(properties, TestApplication.WITHOUT_JPA), more));
	}

	private String[] direct(Pooler pooler) {
		return new String[] { "spring.datasource.url=" + uri(pooler.address()) };
	}

	private String uri(Address address) {
		return address.uri(Credentials.APPLICATION, this.database.name());
	}

	private ConnectionTarget target(Pooler pooler) {
		Credentials login = Credentials.APPLICATION;
		return new ConnectionTarget(ConnectionPlan.POOLER_URL,
				new PostgresUrl(pooler.address().host() + ":" + pooler.address().port(), this.database.name(),
						Map.of()),
				new Login(login.username(), login.password()), Login.NONE);
	}

	private int advisoryLocks() throws SQLException {
		try (Connection connection = this.database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select count(*) from pg_locks where locktype = 'advisory' "
						+ "and database = (select oid from pg_database where datname = current_database())")) {
			row.next();
			return row.getInt(1);
		}
	}

	/**
	 * No table, no lock, no open transaction: nothing has migrated or asked twice.
	 */
	private void assertNothingIsLeft() throws SQLException {
		assertThat(advisoryLocks()).isZero();
		try (Connection connection = this.database.connect(); Statement statement = connection.createStatement()) {
			for (String sql : List.of("select count(*) from pg_class where relnamespace = 'public'::regnamespace",
					"select count(*) from pg_stat_activity where datname = current_database() "
							+ "and state = 'idle in transaction'")) {
				try (ResultSet row = statement.executeQuery(sql)) {
					row.next();
					assertThat(row.getInt(1)).as(sql).isZero();
				}
			}
		}
	}

	private static HikariDataSource pool(ConfigurableApplicationContext context) throws SQLException {
		return context.getBean(DataSource.class).unwrap(HikariDataSource.class);
	}

}

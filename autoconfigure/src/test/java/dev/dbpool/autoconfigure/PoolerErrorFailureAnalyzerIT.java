package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

import javax.sql.DataSource;

import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Address;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What a user reads whose application cannot start because of the pooler, or of a
 * database that is full.
 */
@ExtendWith(OutputCaptureExtension.class)
class PoolerErrorFailureAnalyzerIT {

	private static final String BUDGET_OFF = "db-pool.budget.detect=false";

	private final TestDatabase database = TestDatabase.create();

	@Test
	void noMoreConnectionsAllowed(CapturedOutput output) throws SQLException {
		try (Pooler pooler = start(PoolerOptions.transactionMode(2).with("max_client_conn", "1"));
				Connection only = connect(pooler.address(), Credentials.APPLICATION)) {
			assertThat(only.isValid(1)).isTrue();
			fails(this.database.properties(pooler));
			assertAnalysis(output,
					"The pooler accepts no more clients: all processes together hold as many connections to it as it allows.",
					"FATAL: no more connections allowed (max_client_conn)",
					"Lower db-pool.size and db-pool.max-overflow, or raise the pooler's limit (PgBouncer: max_client_conn). If db-pool.pooler.max-client-connections is set, db-pool checks this at start-up.");
		}
	}

	@Test
	void queryWaitTimeout(CapturedOutput output) throws SQLException {
		try (Pooler pooler = start(PoolerOptions.transactionMode(1).with("query_wait_timeout", "1"));
				Connection only = connect(pooler.address(), Credentials.APPLICATION)) {
			only.setAutoCommit(false);
			only.createStatement().execute("select 1");
			fails(this.database.properties(pooler));
			assertAnalysis(output,
					"The pooler had no free connection to the database for longer than it lets a client wait: all were busy, or it cannot reach the database. The pooler was full, not this application's pool.",
					"FATAL: query_wait_timeout",
					"Shorten the transactions, above all those that wait for something else than the database, or let the pooler open more connections to the database (PgBouncer: default_pool_size; tell db-pool with db-pool.pooler.pool-size). More connections in this application would only queue too.");
		}
	}

	@Test
	void serverLoginHasBeenFailing(CapturedOutput output) throws SQLException {
		try (Pooler pooler = start(PoolerOptions.transactionMode(1).with("query_wait_timeout", "1"))) {
			query(pooler.address());
			PgFixture.get().execute("alter database " + this.database.name() + " allow_connections false");
			this.database.terminateSessions();
			Awaitility.await()
				.until(() -> catchThrowableOfType(SQLException.class, () -> query(pooler.address())).getMessage(),
						(message) -> message.contains("server login"));
			fails(this.database.properties(pooler));
			assertAnalysis(output,
					"The pooler cannot connect to the database behind it, and answers every client with this error until it tries again.",
					"FATAL: server login has been failing, ",
					"Check the pooler's log for the reason: the database is down or full, or it refuses the pooler's login. If the database was only restarted, this ends by itself; PgBouncer tries again after server_login_retry (15 seconds), for which 1 to 3 seconds are enough.");
		}
	}

	@Test
	void unsupportedStartupParameter(CapturedOutput output) {
		try (Pooler pooler = start(PoolerOptions.sessionMode(2))) {
			fails(TestDatabase.with(this.database.properties(pooler), "db-pool.pooler.mode=session",
					"spring.datasource.hikari.data-source-properties.currentSchema=chat"));
			assertAnalysis(output, "The pooler refuses a parameter that the driver sends when it connects.",
					"FATAL: unsupported startup parameter: search_path",
					"Remove the parameter from db-pool.pooler.url and from spring.datasource.hikari.data-source-properties (search_path is sent for currentSchema), and set it for the role, in the database itself: ALTER ROLE ... SET ... = ...; PgBouncer's ignore_startup_parameters would only ignore it silently.");
		}
	}

	@Test
	void wrongPassword(CapturedOutput output) {
		Credentials wrong = new Credentials(Credentials.APPLICATION.username(), "wr0ng:/p@ss w%rd+");
		try (Pooler pooler = start(PoolerOptions.transactionMode(2))) {
			fails(this.database.properties()[0],
					"db-pool.pooler.url=" + pooler.address().uri(wrong, this.database.name()));
			assertWrongPassword(output, "FATAL: SASL authentication failed");
		}
		assertThat(output.toString()).doesNotContain(wrong.password());
	}

	@Test
	void wrongPasswordWithoutAPooler(CapturedOutput output) {
		Credentials wrong = new Credentials(Credentials.APPLICATION.username(), "wr0ng:/p@ss w%rd+");
		fails("spring.datasource.url=" + PgFixture.get().postgres().uri(wrong, this.database.name()));
		assertWrongPassword(output, "FATAL: password authentication failed for user \"app\"");
		assertThat(output.toString()).doesNotContain(wrong.password());
	}

	private static void assertWrongPassword(CapturedOutput output, String message) {
		assertAnalysis(output, "The password is wrong, or the user does not exist.", message,
				"Check spring.datasource.username and spring.datasource.password, or, if the pooler refused, db-pool.pooler.username and db-pool.pooler.password, which are the direct ones unless they are set. What stands in a URL wins; there, special characters must be percent-encoded. The pooler may have an outdated password in a list of its own.");
	}

	@Test
	void unknownUser(CapturedOutput output) {
		try (Pooler pooler = start(PoolerOptions.transactionMode(2))) {
			fails(this.database.properties()[0], "db-pool.pooler.url="
					+ pooler.address().uri(new Credentials("nobody", "hidden"), this.database.name()));
			assertAnalysis(output, "The pooler does not know the user or the database.", "FATAL: no such user",
					"Check the user and the database in db-pool.pooler.url and db-pool.pooler.username: a pooler may want a user name of its own (Supabase's shared pooler: postgres.<project>), and PgBouncer knows only what is in its auth_file or found by its auth_query.");
		}
	}

	@Test
	void statementMode(CapturedOutput output) {
		try (Pooler pooler = start(
				new PoolerOptions(Map.of("pool_mode", "statement", "default_pool_size", "2"), Map.of()))) {
			assertThatException().isThrownBy(
					() -> TestApplication
						.start(WithTransaction.class,
								TestDatabase.with(this.database.properties(pooler), "db-pool.probe=false"))
						.close());
			assertAnalysis(output, "The pooler is in statement mode, which allows no transactions.",
					"FATAL: transaction blocks not allowed in statement pooling mode",
					"Let db-pool.pooler.url lead to a pooler in transaction mode (PgBouncer: pool_mode = transaction), or unset it to connect to the database itself.");
		}
	}

	@Test
	void tooManyConnectionsForRole(CapturedOutput output) {
		PgFixture.get().execute("drop role if exists limited");
		PgFixture.get().execute("create role limited login password 'hidden' connection limit 0");
		fails(BUDGET_OFF, "spring.datasource.url="
				+ PgFixture.get().postgres().uri(new Credentials("limited", "hidden"), this.database.name()));
		assertAnalysis(output, "The role has as many connections to the database as its CONNECTION LIMIT allows.",
				"FATAL: too many connections for role \"limited\"",
				"Lower db-pool.size and db-pool.max-overflow in all processes that log in with this role, or raise the limit: ALTER ROLE ... CONNECTION LIMIT ...");
	}

	/**
	 * The text is right there too.
	 */
	@Test
	void whereTheStarterIsOff(CapturedOutput output) {
		fails("db-pool.enabled=false", TestApplication.WITHOUT_JPA, "spring.flyway.enabled=true",
				"spring.datasource.url=" + PgFixture.get().postgres().jdbcUrl(this.database.name()),
				"spring.datasource.username=app", "spring.datasource.password=hidden");
		assertWrongPassword(output, "FATAL: password authentication failed for user \"app\"");
	}

	private static Pooler start(PoolerOptions options) {
		return PgFixture.get().startPooler(options);
	}

	private Connection connect(Address address, Credentials credentials) throws SQLException {
		return DriverManager.getConnection(address.jdbcUrl(this.database.name()), credentials.username(),
				credentials.password());
	}

	private void query(Address address) throws SQLException {
		try (Connection connection = connect(address, Credentials.APPLICATION);
				Statement statement = connection.createStatement()) {
			statement.execute("select 1");
		}
	}

	private static void fails(String... properties) {
		assertThatException().isThrownBy(() -> TestApplication.start(TestApplication.class, properties).close());
	}

	private static void assertAnalysis(CapturedOutput output, String happened, String message, String action) {
		assertThat(output).contains("APPLICATION FAILED TO START",
				"Description:%n%n%s%n%nThe server said: %s".formatted(happened, message),
				"Action:%n%n%s%n".formatted(action));
	}

	@Configuration(proxyBeanMethods = false)
	static class WithTransaction {

		@Bean
		ApplicationRunner transaction(DataSource dataSource) {
			return (arguments) -> {
				try (Connection connection = dataSource.getConnection();
						Statement statement = connection.createStatement()) {
					connection.setAutoCommit(false);
					statement.execute("select 1");
				}
			};
		}

	}

}

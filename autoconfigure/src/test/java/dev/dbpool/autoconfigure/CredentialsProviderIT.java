package dev.dbpool.autoconfigure;

import java.io.EOFException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariCredentialsProvider;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import dev.dbpool.DirectDataSource;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.Waiting;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.server.OtherClients;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A {@link HikariCredentialsProvider} says who logs in; nothing else does. The server
 * checks passwords.
 */
@ExtendWith(OutputCaptureExtension.class)
class CredentialsProviderIT {

	private static final String USER = "select session_user";

	private static Pooler pooler;

	private final TestDatabase database = TestDatabase.create();

	private final String role = "provided_" + this.database.name();

	@BeforeAll
	static void startPooler() {
		pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(5));
	}

	@AfterAll
	static void stopPooler() {
		pooler.close();
	}

	@BeforeEach
	void createRole() {
		this.database.fixture().execute("create role " + this.role + " login password 'first' in role app");
		this.database.fixture().execute("alter database " + this.database.name() + " owner to " + this.role);
		Provider.next = new Credentials(this.role, "first");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "spring.flyway.enabled=true", "spring.liquibase.enabled=true", "spring.sql.init.mode=always" })
	void everyUseLogsInAsTheProviderSays(String tool, CapturedOutput output) {
		try (ConfigurableApplicationContext context = start(tool,
				"spring.sql.init.schema-locations=classpath:db/migration/V1__record_the_session.sql")) {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			assertThat(jdbc.queryForObject(USER, String.class)).isEqualTo(this.role);
			assertThat(jdbc.queryForObject("select login from seen", String.class)).isEqualTo(this.role);
			assertThat(direct(context).queryForObject(USER, String.class)).isEqualTo(this.role);
		}
		assertThat(output).contains("(from the server)").doesNotContain("WARN", "first");
	}

	@ParameterizedTest
	@ValueSource(strings = { "direct", "pooler" })
	void theProviderIsAskedForEachConnection(String way) throws SQLException {
		try (ConfigurableApplicationContext context = start("spring.flyway.enabled=true",
				"db-pool.pooler.url=" + (way.equals("pooler") ? poolerUrl() : ""))) {
			assertThat(context.getBean(JdbcTemplate.class).queryForObject(USER, String.class)).isEqualTo(this.role);
			rotate(context);
			assertThat(context.getBean(JdbcTemplate.class).queryForObject(USER, String.class)).isEqualTo(this.role);
			assertThat(direct(context).queryForObject(USER, String.class)).isEqualTo(this.role);
			assertThat(context.getBean(Flyway.class).validateWithResult().validationSuccessful).isTrue();
			StartUpPlan plan = context.getBean(StartUpPlan.class);
			ConnectionTarget now = plan.login().now(plan.connections().migration());
			assertThat(OtherClients.read(plan.connections(), now, Duration.ofSeconds(2)).clients()).isNotEmpty();
		}
	}

	/**
	 * As with tokens of a cloud provider, which are nothing but passwords.
	 */
	@Test
	void theUserMayBeInTheUrl() throws SQLException {
		Provider.next = new Credentials(null, "first");
		String url = this.database.fixture().postgres().jdbcUrl(this.database.name()) + "?user=" + this.role;
		try (ConfigurableApplicationContext context = startWith(url)) {
			assertThat(context.getBean(JdbcTemplate.class).queryForObject(USER, String.class)).isEqualTo(this.role);
			rotate(context);
			Provider.next = new Credentials("somebody_else", "second");
			assertThat(context.getBean(JdbcTemplate.class).queryForObject(USER, String.class)).isEqualTo(this.role);
			assertThat(direct(context).queryForObject(USER, String.class)).isEqualTo(this.role);
		}
	}

	@Test
	void whatIsSetForThePoolerWinsThere(CapturedOutput output) {
		try (ConfigurableApplicationContext context = start("db-pool.pooler.url=" + poolerUrl(),
				"db-pool.pooler.username=app",
				"db-pool.pooler.password=" + dev.dbpool.test.Credentials.APPLICATION.password())) {
			assertThat(context.getBean(JdbcTemplate.class).queryForObject(USER, String.class)).isEqualTo("app");
			assertThat(direct(context).queryForObject(USER, String.class)).isEqualTo(this.role);
		}
		assertThat(output).contains("db-pool: credentials of the direct URL from "
				+ "spring.datasource.hikari.credentials-provider-class-name (" + Provider.class.getName()
				+ "), asked for each connection");
	}

	@Test
	void aCompleteLoginInTheUrlWins(CapturedOutput output) {
		Provider.next = null;
		try (ConfigurableApplicationContext context = startWith(this.database.fixture()
			.postgres()
			.uri(dev.dbpool.test.Credentials.APPLICATION, this.database.name()))) {
			assertThat(context.getBean(JdbcTemplate.class).queryForObject(USER, String.class)).isEqualTo("app");
			assertThat(direct(context).queryForObject(USER, String.class)).isEqualTo("app");
		}
		assertThat(output).contains("spring.datasource.url has a user name and a password, which win: "
				+ "spring.datasource.hikari.credentials-provider-class-name (" + Provider.class.getName()
				+ ") is not asked for credentials");
	}

	@Test
	void aToolWithAUserOfItsOwnKeepsIt() {
		this.database.fixture().execute("alter database " + this.database.name() + " owner to app");
		try (ConfigurableApplicationContext context = start("spring.flyway.enabled=true", "spring.flyway.user=app",
				"spring.flyway.password=" + dev.dbpool.test.Credentials.APPLICATION.password())) {
			assertThat(direct(context).queryForObject("select login from seen", String.class)).isEqualTo("app");
		}
	}

	/**
	 * What a provider fails with may show anything.
	 */
	@Test
	void aProviderThatFailsLaterIsAFailureToConnect() throws SQLException {
		try (ConfigurableApplicationContext context = start("db-pool.timeout=3s")) {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			Provider.next = null;
			assertNoCredentials(() -> jdbc.queryForObject(USER, String.class));
			assertNoCredentials(() -> direct(context).queryForObject(USER, String.class));
			Provider.next = new Credentials(this.role, "first");
			// An attempt that asked before may still be under way.
			Waiting.await()
				.ignoreExceptions()
				.untilAsserted(() -> assertThat(jdbc.queryForObject(USER, String.class)).isEqualTo(this.role));
			Provider.next = null;
			evict(context);
			assertNoCredentials(() -> jdbc.queryForObject(USER, String.class));
			Provider.next = new Credentials(this.role, "first");
			Waiting.await()
				.ignoreExceptions()
				.untilAsserted(() -> assertThat(jdbc.queryForObject(USER, String.class)).isEqualTo(this.role));
		}
	}

	private static void assertNoCredentials(ThrowingCallable work) {
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(work)
			.satisfies((ex) -> assertThat(stackTrace(ex))
				.contains("java.sql.SQLException: No credentials from "
						+ "spring.datasource.hikari.credentials-provider-class-name (" + Provider.class.getName()
						+ "): it threw java.lang.IllegalStateException: https://******@vault.example is sealed")
				.contains("Caused by: java.lang.IllegalStateException: java.io.EOFException: ******@vault")
				.contains("CredentialsProviderIT$Provider.getCredentials")
				.doesNotContain("hidden"));
	}

	private static String stackTrace(Throwable failure) {
		StringWriter text = new StringWriter();
		failure.printStackTrace(new PrintWriter(text));
		return text.toString();
	}

	private void rotate(ConfigurableApplicationContext context) throws SQLException {
		this.database.fixture().execute("alter role " + this.role + " password 'second'");
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.database.fixture()
				.connect(this.database.name(), new dev.dbpool.test.Credentials(this.role, "first")))
			.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("28P01"));
		Provider.next = new Credentials(this.role, "second");
		evict(context);
	}

	private static void evict(ConfigurableApplicationContext context) throws SQLException {
		context.getBean(DataSource.class).unwrap(HikariDataSource.class).getHikariPoolMXBean().softEvictConnections();
	}

	private String poolerUrl() {
		return pooler.address().jdbcUrl(this.database.name());
	}

	private ConfigurableApplicationContext start(String... properties) {
		return startWith(this.database.fixture().postgres().jdbcUrl(this.database.name()), properties);
	}

	private static ConfigurableApplicationContext startWith(String url, String... properties) {
		return TestApplication.start(WorkConfiguration.class,
				TestDatabase.with(new String[] { TestApplication.WITHOUT_JPA, "spring.datasource.url=" + url,
						"spring.datasource.hikari.credentials-provider-class-name=" + Provider.class.getName() },
						properties));
	}

	private static JdbcTemplate direct(ConfigurableApplicationContext context) {
		return new JdbcTemplate(context.getBean(Direct.class).database());
	}

	/**
	 * Made by its name.
	 */
	public static class Provider implements HikariCredentialsProvider {

		static volatile Credentials next;

		@Override
		public Credentials getCredentials() {
			if (next == null) {
				throw new IllegalStateException("https://app:hidden@vault.example is sealed",
						new EOFException("no app:hidden@vault"));
			}
			return next;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WorkConfiguration {

		@Bean
		Direct direct(@DirectDataSource DataSource database) {
			return new Direct(database);
		}

	}

	record Direct(DataSource database) {

	}

}

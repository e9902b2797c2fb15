package dev.dbpool.autoconfigure;

import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariCredentialsProvider;
import com.zaxxer.hikari.util.Credentials;
import dev.dbpool.DirectDataSource;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.plan.ConnectionTarget;
import dev.dbpool.server.OtherClients;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
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
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

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

	@Test
	void theProviderIsAskedForEachConnection() throws SQLException {
		try (ConfigurableApplicationContext context = start()) {
			this.database.fixture().execute("alter role " + this.role + " password 'second'");
			Provider.next = new Credentials(this.role, "second");
			assertThat(direct(context).queryForObject(USER, String.class)).isEqualTo(this.role);
			StartUpPlan plan = context.getBean(StartUpPlan.class);
			ConnectionTarget now = plan.login().now(plan.connections().migration());
			assertThat(OtherClients.read(plan.connections(), now, Duration.ofSeconds(2)).clients()).isNotEmpty();
		}
	}

	@Test
	void whatIsSetForThePoolerWinsThere() {
		try (ConfigurableApplicationContext context = start(
				"db-pool.pooler.url=" + pooler.address().jdbcUrl(this.database.name()), "db-pool.pooler.username=app",
				"db-pool.pooler.password=" + dev.dbpool.test.Credentials.APPLICATION.password())) {
			assertThat(context.getBean(JdbcTemplate.class).queryForObject(USER, String.class)).isEqualTo("app");
			assertThat(direct(context).queryForObject(USER, String.class)).isEqualTo(this.role);
		}
	}

	@Test
	void goesOnWhereTheProviderFailsAtStart(CapturedOutput output) {
		Provider.next = null;
		try (ConfigurableApplicationContext context = start()) {
			Provider.next = new Credentials(this.role, "first");
			assertThat(context.getBean(JdbcTemplate.class).queryForObject(USER, String.class)).isEqualTo(this.role);
			assertThat(direct(context).queryForObject(USER, String.class)).isEqualTo(this.role);
		}
		assertThat(output).containsOnlyOnce(
				"spring.datasource.hikari.credentials-provider-class-name did not return credentials: vault is sealed");
	}

	private ConfigurableApplicationContext start(String... properties) {
		return TestApplication.start(WorkConfiguration.class,
				TestDatabase.with(new String[] { TestApplication.WITHOUT_JPA,
						"spring.datasource.url=" + this.database.fixture().postgres().jdbcUrl(this.database.name()),
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
				throw new IllegalStateException("vault is sealed");
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

package dev.dbpool.autoconfigure;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

import javax.sql.DataSource;

import dev.dbpool.Borrowed;
import dev.dbpool.DirectDataSource;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Address;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.flywaydb.core.Flyway;
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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Passwords stay out of the log, whatever happens and however much is logged.
 */
@ExtendWith(OutputCaptureExtension.class)
class SecretsIT {

	private static final String[] VERBOSE = { "logging.level.dev.dbpool=trace", "logging.level.com.zaxxer.hikari=trace",
			"logging.level.org.flywaydb=debug", "logging.level.org.springframework.boot=debug" };

	private final TestDatabase database = TestDatabase.create();

	@ParameterizedTest
	@ValueSource(strings = { "uri", "jdbc" })
	void aSuccessfulStartLogsNoPassword(String form, CapturedOutput output) throws SQLException {
		try (Pooler pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(2));
				ConfigurableApplicationContext context = start("spring.flyway.enabled=true",
						"spring.datasource.url=" + url(form, this.database.fixture().postgres()),
						"db-pool.pooler.url=" + url(form, pooler.address()))) {
			Borrowed.from(context.getBean(DataSource.class)).close();
			assertThat(output).contains("db-pool: runtime via", "jdbcUrl");
			assertNoPassword(output, Credentials.APPLICATION.password());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.flyway.enabled=true", "spring.flyway.enabled=false" })
	void aWrongPasswordIsNotLogged(String flyway, CapturedOutput output) {
		Credentials wrong = new Credentials(Credentials.APPLICATION.username(), "wr0ng:/p@ss w%rd+");
		assertThatThrownBy(() -> start(flyway,
				"spring.datasource.url=" + this.database.fixture().postgres().uri(wrong, this.database.name()))
			.close());
		assertThat(output).contains("password authentication failed");
		assertNoPassword(output, wrong.password());
	}

	@Test
	void aRefusedConnectionLogsNoPassword(CapturedOutput output) throws IOException {
		Address closed;
		try (ServerSocket socket = new ServerSocket(0)) {
			closed = new Address("127.0.0.1", socket.getLocalPort());
		}
		assertThatThrownBy(() -> start("spring.flyway.enabled=true",
				"spring.datasource.url=" + closed.uri(Credentials.APPLICATION, this.database.name()))
			.close());
		assertThat(output).contains("Connection to 127.0.0.1:" + closed.port() + " refused");
		assertNoPassword(output, Credentials.APPLICATION.password());
	}

	/**
	 * The password of a client key is not part of the login: it is a parameter, and
	 * migration tools log their URL.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "flyway", "liquibase" })
	void thePasswordOfAClientKeyIsNotLoggedByMigrationTools(String tool, CapturedOutput output) throws SQLException {
		String direct = this.database.fixture().postgres().uri(Credentials.APPLICATION, this.database.name());
		try (ConfigurableApplicationContext context = TestApplication.start(TestApplication.class,
				"spring." + tool + ".enabled=true", "logging.level.org.flywaydb=debug", "logging.level.liquibase=debug",
				"spring.datasource.url=" + direct + "?sslpassword=k3y-p%40ss",
				"spring.datasource.hikari.data-source-properties.socketFactoryPassword=f4ctory")) {
			new JdbcTemplate(context.getBean(DataSource.class)).queryForObject("select count(*) from seen", Long.class);
		}
		assertThat(output).contains("jdbc:postgresql://").doesNotContain("k3y-p@ss", "k3y-p%40ss", "f4ctory");
	}

	@Test
	void neitherIsItLoggedByAToolOnTheDirectDataSource(CapturedOutput output) throws SQLException {
		String direct = this.database.fixture().postgres().uri(Credentials.APPLICATION, this.database.name());
		TestApplication
			.start(OwnFlyway.class, "logging.level.org.flywaydb=debug",
					"spring.datasource.url=" + direct + "?sslpassword=k3y-p%40ss")
			.close();
		assertThat(output).contains("Database: jdbc:postgresql://").doesNotContain("k3y-p@ss", "k3y-p%40ss");
	}

	private static ConfigurableApplicationContext start(String... properties) {
		return TestApplication.start(TestApplication.class, TestDatabase.with(VERBOSE, properties));
	}

	private String url(String form, Address address) {
		return form.equals("uri") ? address.uri(Credentials.APPLICATION, this.database.name())
				: address.jdbcUrl(this.database.name()) + "?user=" + Credentials.APPLICATION.username() + "&password="
						+ encode(Credentials.APPLICATION.password());
	}

	private static void assertNoPassword(CapturedOutput output, String password) {
		assertThat(output.toString()).doesNotContain(password, encode(password), encode(password).replace("+", "%20"));
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnFlyway {

		@Bean(initMethod = "migrate")
		Flyway ownFlyway(@DirectDataSource DataSource database) {
			return Flyway.configure().dataSource(database).load();
		}

	}

}

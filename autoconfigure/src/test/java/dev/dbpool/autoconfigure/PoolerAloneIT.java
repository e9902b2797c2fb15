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
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

/**
 * A transaction pooler and no direct URL: for processes in which nothing migrates.
 */
@ExtendWith(OutputCaptureExtension.class)
class PoolerAloneIT {

	private static final String REASON = "spring.datasource.url is not set, so nothing can connect to the database itself";

	private static Pooler pooler;

	private final TestDatabase database = TestDatabase.create();

	@BeforeAll
	static void startPooler() {
		pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(3));
	}

	@AfterAll
	static void stopPooler() {
		pooler.close();
	}

	@Test
	void theApplicationStartsAndEverythingGoesThroughThePooler(CapturedOutput output) {
		try (ConfigurableApplicationContext context = TestApplication
			.startWeb(alone("management.endpoints.web.exposure.include=dbpool,health"))) {
			assertThat(new JdbcTemplate(context.getBean(DataSource.class)).queryForObject("select 1", Integer.class))
				.isOne();
			assertThat(this.database.sessions()).isNotEmpty()
				.allMatch((session) -> session.belongsTo(pooler) && session.applicationName().equals("pooled"));
			HttpAnswer health = HttpAnswer.get(context, "/actuator/health/db-pool");
			assertThat(health.status()).isEqualTo(200);
			assertThat(health.json("components", "dbPool", "details")).containsEntry("via", "transaction-pooler");
			HttpAnswer report = HttpAnswer.get(context, "/actuator/dbpool");
			assertThat(report.json("plan")).containsEntry("migration", null).containsEntry("migrationVia", null);
			assertThat(report.json("budget").get("notChecked")).asInstanceOf(InstanceOfAssertFactories.LIST)
				.contains("database (spring.datasource.url is not set)");
			HttpAnswer connections = HttpAnswer.get(context, "/actuator/dbpool/connections");
			assertThat(connections.status()).isEqualTo(503);
			assertThat((String) connections.json().get("error")).startsWith(REASON);
		}
		assertThat(output).contains("; no direct connections: spring.datasource.url is not set")
			.doesNotContain("Could not");
	}

	@Test
	void theDirectDataSourceSaysWhatItLacks() throws SQLException {
		try (ConfigurableApplicationContext context = start()) {
			DataSource direct = context.getBean("dbPoolDirectDataSource", DataSource.class);
			assertThatExceptionOfType(SQLException.class).isThrownBy(direct::getConnection)
				.withMessageStartingWith(REASON)
				.withMessageContaining("(db-pool.pooler.url). Set spring.datasource.url to the database itself");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> direct.getConnection("app", "hidden"))
				.withMessageStartingWith(REASON);
		}
	}

	@ParameterizedTest
	@CsvSource({ "spring.flyway.enabled=true,Flyway,spring.flyway.enabled=false",
			"spring.liquibase.enabled=true,Liquibase,spring.liquibase.enabled=false",
			"spring.sql.init.mode=always,spring.sql.init,spring.sql.init.mode=never" })
	void nothingMigratesThroughThePooler(String setting, String tool, String off, CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(setting)).withRootCauseInstanceOf(InvalidSettingException.class);
		assertThat(output).contains("APPLICATION FAILED TO START",
				"db-pool.pooler.url is set, but spring.datasource.url is not. " + tool + " would migrate through the "
						+ "pooler.",
				"Set spring.datasource.url to the database itself: migrations must not go through a pooler. "
						+ "If nothing is to migrate in this process, set " + off + ".");
		assertThat(this.database.sessions()).allMatch((session) -> session.belongsTo(pooler));
	}

	@ParameterizedTest
	@ValueSource(strings = { "flyway", "liquibase" })
	void aToolMayHaveItsOwnUrl(String tool) throws SQLException {
		String prefix = "spring." + tool + ".";
		try (ConfigurableApplicationContext context = TestApplication.startWeb(alone(prefix + "enabled=true",
				prefix + "url=" + this.database.fixture().postgres().jdbcUrl(this.database.name())
						+ "?ApplicationName=own",
				prefix + "user=app", prefix + "password=" + Credentials.APPLICATION.password(),
				"management.endpoints.web.exposure.include=dbpool"))) {
			assertThat(HttpAnswer.get(context, "/actuator/dbpool").json("plan").get("uses"))
				.asInstanceOf(InstanceOfAssertFactories.list(Map.class))
				.extracting((use) -> use.get("user"), (use) -> use.get("origin"))
				.contains(tuple(tool, prefix + "url"));
		}
		try (Connection connection = this.database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select application_name from seen")) {
			row.next();
			assertThat(row.getString(1)).isEqualTo("own");
		}
	}

	/**
	 * Libraries that create their tables ask whether the database is an embedded one
	 * before they do.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "never", "embedded" })
	void scriptsWithoutWorkAreNoObstacle(String mode) {
		TestApplication.start(Scripts.class, alone("scripts=" + mode)).close();
	}

	@ParameterizedTest
	@ValueSource(classes = { Scripts.class, SchemaWorkIT.OwnFlyway.class, SchemaWorkIT.OwnLiquibase.class })
	void schemaWorkStopsTheStart(Class<?> work, CapturedOutput output) {
		assertThatException().isThrownBy(() -> TestApplication.start(work, alone("scripts=always")))
			.withRootCauseInstanceOf(InvalidSettingException.class);
		assertThat(output).contains("APPLICATION FAILED TO START", REASON,
				"Set spring.datasource.url to the database itself, or to a pooler in session mode.");
	}

	@Test
	void aPoolerThatIsAwayIsNamed(CapturedOutput output) {
		assertThatException().isThrownBy(() -> TestApplication.start(TestApplication.class,
				"db-pool.pooler.url=postgres://app:hidden@127.0.0.1:1/app"));
		assertThat(output).contains("Could not connect to 127.0.0.1:1, which db-pool.pooler.url points to.")
			.doesNotContain("hidden");
	}

	private ConfigurableApplicationContext start(String... properties) {
		return TestApplication.start(TestApplication.class, alone(properties));
	}

	private String[] alone(String... more) {
		return TestDatabase.with(new String[] { this.database.properties(pooler)[1], TestApplication.WITHOUT_JPA },
				more);
	}

	@Configuration(proxyBeanMethods = false)
	static class Scripts {

		@Bean
		DataSourceScriptDatabaseInitializer scripts(DataSource dataSource,
				@Value("${scripts}") DatabaseInitializationMode mode) {
			DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
			settings.setMode(mode);
			settings.setSchemaLocations(List.of("classpath:db/migration/V1__record_the_session.sql"));
			return new DataSourceScriptDatabaseInitializer(dataSource, settings);
		}

	}

}

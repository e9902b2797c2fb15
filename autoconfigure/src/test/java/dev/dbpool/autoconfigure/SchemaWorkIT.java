package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import javax.sql.DataSource;

import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import liquibase.integration.spring.SpringLiquibase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.datasource.init.DataSourceInitializer;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What creates or changes tables, beside the migration tools that Spring Boot configures.
 */
@ExtendWith(OutputCaptureExtension.class)
class SchemaWorkIT {

	private static final String WARNING = "changes the schema through the transaction pooler";

	private static final String SCRIPT = "classpath:db/migration/V1__record_the_session.sql";

	private static final String DDL_AUTO = "spring.jpa.hibernate.ddl-auto=update";

	private static Pooler pooler;

	private final TestDatabase database = TestDatabase.create();

	@BeforeAll
	static void startPooler() {
		pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(5));
	}

	@AfterAll
	static void stopPooler() {
		pooler.close();
	}

	@Test
	void hibernateThroughThePoolerIsAWarning(CapturedOutput output) {
		start(this.database.properties(pooler), DDL_AUTO);
		assertThat(output).containsOnlyOnce("spring.jpa.hibernate.ddl-auto=update " + WARNING);
	}

	@Test
	void withoutATransactionPoolerThereIsNothingToSay(CapturedOutput output) {
		start(this.database.properties(), DDL_AUTO);
		assertThat(output).doesNotContain(WARNING);
	}

	/**
	 * They use the direct URL, as {@code MigrationIT} shows.
	 */
	@Test
	void scriptsDoNotGoThroughThePooler(CapturedOutput output) {
		start(this.database.properties(pooler), "spring.sql.init.mode=always",
				"spring.sql.init.schema-locations=" + SCRIPT);
		assertThat(output).doesNotContain(WARNING);
	}

	/**
	 * Tools that the application configures itself, on the data source that is injected.
	 */
	@ParameterizedTest
	@ValueSource(classes = { OwnFlyway.class, OwnLiquibase.class, OwnScripts.class, OwnPopulator.class })
	void theApplicationsOwnToolsUseTheDirectUrl(Class<?> tool, CapturedOutput output) throws SQLException {
		TestApplication.start(tool, this.database.properties(pooler)).close();
		assertThat(seen()).isEqualTo("direct");
		assertThat(output).doesNotContain(WARNING);
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnFlyway.class, OwnScripts.class })
	void aToolKeepsAnotherDataSource(Class<?> tool) throws SQLException {
		String[] properties = TestDatabase.with(this.database.properties(pooler), "other.url="
				+ this.database.fixture().postgres().jdbcUrl(this.database.name()) + "?ApplicationName=other");
		TestApplication.builder(WebApplicationType.NONE, tool)
			.sources(Other.class)
			.properties(properties)
			.run()
			.close();
		assertThat(seen()).isEqualTo("other");
	}

	/**
	 * What a bean does while it is initialised must not change what follows.
	 */
	@Test
	void theRuntimeStaysWhereItIs() {
		try (ConfigurableApplicationContext context = TestApplication.start(OwnScripts.class,
				this.database.properties(pooler))) {
			assertThat(context.getBean(JdbcTemplate.class)
				.queryForObject("select current_setting('application_name')", String.class)).isEqualTo("pooled");
			assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
		}
	}

	@Test
	void nothingIsLeftOnTheThreadOfAFailedStart() {
		assertThatException().isThrownBy(() -> TestApplication.start(OwnScripts.class, TestDatabase
			.with(this.database.properties(pooler), "script=classpath:db/changelog/db.changelog-master.yaml")));
		assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
	}

	private String seen() throws SQLException {
		try (Connection connection = this.database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select application_name from seen")) {
			row.next();
			return row.getString(1);
		}
	}

	private static void start(String[] properties, String... more) {
		TestApplication.start(TestApplication.class, TestDatabase.with(properties, more)).close();
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnFlyway {

		@Bean(initMethod = "migrate")
		Flyway ownFlyway(@Qualifier("other") ObjectProvider<DataSource> other, DataSource dataSource) {
			return Flyway.configure().dataSource(other.getIfAvailable(() -> dataSource)).load();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnLiquibase {

		@Bean
		SpringLiquibase ownLiquibase(@Qualifier("other") ObjectProvider<DataSource> other, DataSource dataSource) {
			SpringLiquibase liquibase = new SpringLiquibase();
			liquibase.setDataSource(other.getIfAvailable(() -> dataSource));
			liquibase.setChangeLog("classpath:db/changelog/db.changelog-master.yaml");
			return liquibase;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnScripts {

		@Bean
		DataSourceScriptDatabaseInitializer ownScripts(@Qualifier("other") ObjectProvider<DataSource> other,
				DataSource dataSource, @Value("${script:" + SCRIPT + "}") String script) {
			DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
			settings.setMode(DatabaseInitializationMode.ALWAYS);
			settings.setSchemaLocations(List.of(script));
			return new DataSourceScriptDatabaseInitializer(other.getIfAvailable(() -> dataSource), settings);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnPopulator {

		@Bean
		DataSourceInitializer ownPopulator(@Qualifier("other") ObjectProvider<DataSource> other, DataSource dataSource,
				@Value(SCRIPT) Resource script) {
			DataSourceInitializer initializer = new DataSourceInitializer();
			initializer.setDataSource(other.getIfAvailable(() -> dataSource));
			initializer.setDatabasePopulator(new ResourceDatabasePopulator(script));
			return initializer;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Other {

		@Bean(defaultCandidate = false)
		DataSource other(@Value("${other.url}") String url) {
			return new SimpleDriverDataSource(new Driver(), url, Credentials.APPLICATION.username(),
					Credentials.APPLICATION.password());
		}

	}

}

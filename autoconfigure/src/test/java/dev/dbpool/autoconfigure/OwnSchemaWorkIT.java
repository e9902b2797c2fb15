package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.InvalidSettingException;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.lookup.IsolationLevelDataSourceRouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What creates tables through a pool of the application's own behind a transaction
 * pooler, and what else needs its direct URL.
 */
@ExtendWith(OutputCaptureExtension.class)
class OwnSchemaWorkIT {

	/**
	 * Otherwise Spring Boot makes an embedded database where no pool is a default
	 * candidate.
	 */
	private static final String ONLY_OWN = TestApplication.WITHOUT_JPA
			+ ",org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration";

	private static final String SCRIPT = "classpath:db/migration/V1__record_the_session.sql";

	private static Pooler pooler;

	private final TestDatabase database = TestDatabase.create();

	private final TestDatabase other = TestDatabase.create();

	@BeforeAll
	static void startPooler() {
		pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(5));
	}

	@AfterAll
	static void stopPooler() {
		pooler.close();
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnFlyway.class, OwnLiquibase.class, OwnScripts.class, ThroughWrapper.class,
			ThroughRouter.class })
	void toolsOnAPoolUseItsDirectUrl(Class<?> tool) throws SQLException {
		start(tool, pooled("second")).close();
		assertThat(seen(this.other)).isEqualTo("direct-second");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "spring.flyway.enabled=true", "spring.liquibase.enabled=true", "spring.sql.init.mode=always" })
	void springBootsToolsUseTheDirectUrlOfThePrimaryPool(String property) throws SQLException {
		start(Two.class, property, "spring.sql.init.schema-locations=" + SCRIPT, pooled("first")).close();
		assertThat(seen(this.database)).isEqualTo("direct-first");
	}

	@ParameterizedTest
	@CsvSource({ "first,1", "second,1", "none,0" })
	void hibernateThroughThePoolerIsAWarning(String pooled, int warnings, CapturedOutput output) {
		start(Two.class, "spring.jpa.hibernate.ddl-auto=update",
				pooled.equals("none") ? "db-pool.data-sources.first.size=1" : pooled(pooled))
			.close();
		assertThat(output.toString()
			.lines()
			.filter((line) -> line
				.contains("spring.jpa.hibernate.ddl-auto=update changes the schema through the transaction pooler")))
			.hasSize(warnings);
	}

	@Test
	void aToolOnAPoolWithoutAPoolerUsesThePool() throws SQLException {
		start(OwnFlyway.class, pooled("first"), "db-pool.data-sources.second.size=1").close();
		assertThat(seen(this.other)).isEqualTo("direct-second");
		try (ConfigurableApplicationContext context = start(OwnFlyway.class, pooled("first"),
				"db-pool.data-sources.second.size=1")) {
			assertThat(context.getBean(Flyway.class).getConfiguration().getDataSource())
				.isSameAs(context.getBean("second"));
		}
	}

	@Test
	void directConnectionsLeadToThePrimaryPoolsDatabase() throws SQLException {
		try (ConfigurableApplicationContext context = start(Two.class, pooled("first"), pooled("second"))) {
			assertThat(name(direct(context))).isEqualTo("direct-first");
			assertThat(name(context.getBean(DataSource.class))).isEqualTo("pooled-first");
		}
	}

	@Test
	void directConnectionsLeadToTheOnlyPoolThatIsHandedOver() throws SQLException {
		try (ConfigurableApplicationContext context = start(NoCandidates.class, ONLY_OWN, pooled("second"))) {
			assertThat(name(direct(context))).isEqualTo("direct-second");
		}
		try (ConfigurableApplicationContext context = start(Two.class, pooled("second"))) {
			assertThat(name(direct(context))).as("the primary one is not handed over").isEqualTo("direct-first");
		}
	}

	@Test
	void directConnectionsOfSeveralEqualPoolsAreRefused() {
		try (ConfigurableApplicationContext context = start(NoCandidates.class, ONLY_OWN, pooled("first"),
				pooled("second"))) {
			assertThatExceptionOfType(BeanCreationException.class).isThrownBy(() -> direct(context))
				.havingRootCause()
				.isInstanceOf(InvalidSettingException.class)
				.withMessage("@DirectDataSource could lead to the database of any of these pools: first, second. "
						+ "Make one of them @Primary.");
		}
	}

	private static DataSource direct(BeanFactory beans) {
		return beans.getBean("dbPoolDirectDataSource", DataSource.class);
	}

	private static String pooled(String name) {
		return "db-pool.data-sources." + name + ".pooler.url=${app." + name + ".pooler}";
	}

	private ConfigurableApplicationContext start(Class<?> configuration, String... properties) {
		return TestApplication.builder(WebApplicationType.NONE, configuration)
			.properties(TestApplication.WITHOUT_JPA)
			.properties(urls("first", this.database))
			.properties(urls("second", this.other))
			.properties(properties)
			.run();
	}

	private static String[] urls(String name, TestDatabase database) {
		return new String[] {
				"app." + name + "=" + database.fixture().postgres().jdbcUrl(database.name())
						+ "?ApplicationName=direct-" + name,
				"app." + name + ".pooler=" + pooler.address().jdbcUrl(database.name()) + "?ApplicationName=pooled-"
						+ name };
	}

	private static String name(DataSource dataSource) throws SQLException {
		try (Connection connection = dataSource.getConnection()) {
			return first(connection, "select current_setting('application_name')");
		}
	}

	private static String seen(TestDatabase database) throws SQLException {
		try (Connection connection = database.connect()) {
			return first(connection, "select application_name from seen");
		}
	}

	private static String first(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getString(1);
		}
	}

	private static HikariDataSource pool(Environment environment, String name) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(environment.getProperty("app." + name));
		pool.setUsername(Credentials.APPLICATION.username());
		pool.setPassword(Credentials.APPLICATION.password());
		return pool;
	}

	@Configuration(proxyBeanMethods = false)
	static class Two {

		@Bean
		@Primary
		HikariDataSource first(Environment environment) {
			return pool(environment, "first");
		}

		@Bean
		HikariDataSource second(Environment environment) {
			return pool(environment, "second");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoCandidates {

		@Bean(defaultCandidate = false)
		HikariDataSource first(Environment environment) {
			return pool(environment, "first");
		}

		@Bean(defaultCandidate = false)
		HikariDataSource second(Environment environment) {
			return pool(environment, "second");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnFlyway extends Two {

		@Bean(initMethod = "migrate")
		Flyway ownFlyway(@Qualifier("second") DataSource second) {
			return Flyway.configure().dataSource(second).load();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnLiquibase extends Two {

		@Bean
		SpringLiquibase ownLiquibase(@Qualifier("second") DataSource second) {
			SpringLiquibase liquibase = new SpringLiquibase();
			liquibase.setDataSource(second);
			liquibase.setChangeLog("classpath:db/changelog/db.changelog-master.yaml");
			return liquibase;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnScripts extends Two {

		@Bean
		DataSourceScriptDatabaseInitializer ownScripts(@Qualifier("second") DataSource second) {
			return scripts(second);
		}

		static DataSourceScriptDatabaseInitializer scripts(DataSource dataSource) {
			DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
			settings.setMode(DatabaseInitializationMode.ALWAYS);
			settings.setSchemaLocations(List.of(SCRIPT));
			return new DataSourceScriptDatabaseInitializer(dataSource, settings);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ThroughWrapper extends Two {

		@Bean(defaultCandidate = false)
		DataSource wrapper(@Qualifier("second") DataSource second) {
			return new DelegatingDataSource(second);
		}

		@Bean
		DataSourceScriptDatabaseInitializer ownScripts(@Qualifier("wrapper") DataSource wrapper) {
			return OwnScripts.scripts(wrapper);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ThroughRouter extends Two {

		@Bean(defaultCandidate = false)
		DataSource router(@Qualifier("second") DataSource second) {
			IsolationLevelDataSourceRouter router = new IsolationLevelDataSourceRouter();
			router.setTargetDataSources(Map.of());
			router.setDefaultTargetDataSource(second);
			return router;
		}

		@Bean
		DataSourceScriptDatabaseInitializer ownScripts(@Qualifier("router") DataSource router) {
			return OwnScripts.scripts(router);
		}

	}

}

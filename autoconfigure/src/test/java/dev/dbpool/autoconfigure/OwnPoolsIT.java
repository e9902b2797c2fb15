package dev.dbpool.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.PropertyElf;
import dev.dbpool.Borrowed;
import dev.dbpool.HttpAnswer;
import dev.dbpool.TestApplication;
import dev.dbpool.TestDatabase;
import dev.dbpool.lease.LeasingDataSource;
import dev.dbpool.test.Credentials;
import dev.dbpool.test.PgFixture;
import dev.dbpool.test.Pooler;
import dev.dbpool.test.PoolerOptions;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Pools that the application makes itself, and hands over or keeps.
 */
@ExtendWith(OutputCaptureExtension.class)
class OwnPoolsIT {

	private static Pooler pooler;

	private final TestDatabase database = TestDatabase.create();

	private final TestDatabase reports = TestDatabase.create();

	@BeforeAll
	static void startPooler() {
		pooler = PgFixture.get().startPooler(PoolerOptions.transactionMode(3));
	}

	@AfterAll
	static void stopPooler() {
		pooler.close();
	}

	@Test
	void aPoolThatIsHandedOverIsManagedAsSpringBootsOwn(CapturedOutput output) throws SQLException {
		try (ConfigurableApplicationContext context = start(Recipe.class, database("spring.datasource"),
				"app.reporting.url=" + this.reports.fixture().postgres().jdbcUrl(this.reports.name())
						+ "?ApplicationName=reports-direct",
				"app.reporting.username=" + Credentials.APPLICATION.username(),
				"app.reporting.password=" + Credentials.APPLICATION.password(),
				"app.reporting.configuration.pool-name=reports", "db-pool.data-sources.reporting.size=2",
				"db-pool.data-sources.reporting.max-overflow=1",
				"db-pool.data-sources.reporting.pooler.url="
						+ pooler.address().uri(Credentials.APPLICATION, this.reports.name())
						+ "?application_name=reports-pooled")) {
			DataSource reporting = context.getBean("reporting", DataSource.class);
			assertThat(query(reporting, "select current_setting('application_name')")).isEqualTo("reports-pooled");
			assertThat(query(context.getBean(DataSource.class), "select current_database()"))
				.isEqualTo(this.database.name());
			assertThat(this.reports.sessions()).isNotEmpty()
				.allMatch((session) -> session.applicationName().equals("reports-pooled"))
				.allMatch((session) -> session.belongsTo(pooler));
			assertThat(this.database.sessions()).isNotEmpty()
				.allMatch((session) -> session.applicationName().equals("dataSource"))
				.noneMatch((session) -> session.belongsTo(pooler));
			leasesAfterTheTransaction(reporting);
			assertThat(output).contains("db-pool.data-sources.reporting: runtime via the transaction pooler at ",
					"db-pool.data-sources.reporting: pool size 2 (db-pool.data-sources.reporting.size), max-overflow 1 "
							+ "(db-pool.data-sources.reporting.max-overflow)");

			HttpAnswer health = HttpAnswer.get(context, "/actuator/health/db-pool");
			assertThat(health.json("components", "dbPool", "components")).containsOnlyKeys("dataSource", "reporting");
			assertThat(health.json("components", "dbPool", "components", "reporting", "details"))
				.containsEntry("via", "transaction-pooler")
				.containsEntry("maximum", 3);
			assertThat(health.json("components", "dbPool", "components", "dataSource", "details")).containsEntry("via",
					"direct");

			HttpAnswer report = HttpAnswer.get(context, "/actuator/dbpool");
			assertThat(report.json("plan")).containsEntry("via", "direct");
			assertThat(report.json("leases")).containsOnlyKeys("dataSource", "reporting");
			assertThat(report.json("dataSources")).containsOnlyKeys("reporting");
			assertThat(report.json("dataSources", "reporting", "plan")).containsEntry("via", "transaction-pooler");
			assertThat(report.json("dataSources", "reporting", "pool")).containsEntry("maximum", 3);
			assertThat(report.json("dataSources", "reporting", "budget").get("sentence")).asString()
				.contains("for other pools of the application");

			MeterRegistry meters = context.getBean(MeterRegistry.class);
			assertThat(meters.get("hikaricp.connections.max").tag("pool", "reports").gauge().value()).isEqualTo(3);
		}
	}

	private static void leasesAfterTheTransaction(DataSource reporting) throws SQLException {
		LeasingDataSource leasing = reporting.unwrap(LeasingDataSource.class);
		try (Connection connection = reporting.getConnection(); Statement statement = connection.createStatement()) {
			assertThat(connection.unwrap(PGConnection.class).getPrepareThreshold()).isZero();
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> statement.execute("set search_path to elsewhere"));
		}
		try (Connection connection = reporting.getConnection()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.execute("select 1");
				assertThat(leasing.ledger().leases()).hasSize(1);
			}
			connection.commit();
			assertThat(leasing.ledger().leases()).isEmpty();
		}
	}

	@Test
	void whatIsNotHandedOverIsAsWithoutDbPool(CapturedOutput output) {
		String[] settings = {
				"spring.datasource.url=" + this.database.fixture().postgres().jdbcUrl(this.database.name()),
				url("first"), url("second"), "db-pool.data-sources.first.size=2" };
		Map<String, Object> managed;
		try (ConfigurableApplicationContext context = start(Two.class, settings)) {
			managed = settings(context.getBean("second"));
			assertThat(context.getBean("first")).isInstanceOf(LeasingDataSource.class);
			assertThat(output).containsOnlyOnce("db-pool leaves these pools alone: second. "
					+ "db-pool.data-sources.second.enabled=true hands them over");
		}
		try (ConfigurableApplicationContext context = start(Two.class,
				TestDatabase.with(settings, "db-pool.enabled=false"))) {
			assertThat(managed).isEqualTo(settings(context.getBean("second")));
		}
		try (ConfigurableApplicationContext context = start(Two.class,
				TestDatabase.with(settings, "db-pool.data-sources.second.enabled=false"))) {
			assertThat(managed).isEqualTo(settings(context.getBean("second")));
			assertThat(output).containsOnlyOnce("db-pool leaves these pools alone");
		}
	}

	private static Map<String, Object> settings(Object bean) {
		assertThat(bean).isExactlyInstanceOf(HikariDataSource.class);
		Map<String, Object> settings = new LinkedHashMap<>();
		for (String name : PropertyElf.getPropertyNames(HikariConfig.class)) {
			// These are made for each pool.
			if (!Set.of("metricsTrackerFactory", "metricRegistry", "poolName").contains(name)) {
				settings.put(name, String.valueOf(PropertyElf.getProperty(name, bean)));
			}
		}
		settings.remove("credentials");
		return settings;
	}

	@Test
	void anApplicationMayHaveOnlyPoolsOfItsOwn() throws SQLException {
		try (ConfigurableApplicationContext context = start(Primaries.class, url("first"), url("second"),
				"db-pool.data-sources.first.size=2", "db-pool.data-sources.second.size=3",
				"db-pool.data-sources.second.lease.release=after-transaction")) {
			query(context.getBean("first", DataSource.class), "select 1");
			query(context.getBean("second", DataSource.class), "select 1");
			assertThat(context.getBean(DataSource.class)).isSameAs(context.getBean("second"));
			assertThat(HttpAnswer.get(context, "/actuator/health/db-pool").json("components", "dbPool", "components"))
				.containsOnlyKeys("first", "second");
			HttpAnswer report = HttpAnswer.get(context, "/actuator/dbpool");
			assertThat(report.json("pool")).as("the primary one").containsEntry("size", 3);
			assertThat(report.json("dataSources", "first", "pool")).containsEntry("size", 2);
			assertThat(report.json("leases")).containsOnlyKeys("first", "second");
			assertThat(context.getBean(MeterRegistry.class).find("hikaricp.connections.max").gauges()).hasSize(2);
			assertThat(context.getBeanNamesForType(WorkTaskDecorator.class)).hasSize(1);
			assertThat(context.getBeanNamesForType(DatabaseFailureConfigurer.class)).hasSize(1);
			assertThat(context.containsBean("dbPoolWorkFilter")).isTrue();
			assertThat(context.getBeanNamesForType(PlannedJdbcConnectionDetails.class)).isEmpty();
		}
	}

	@Test
	void poolsThatAreOnlyLeasedHaveNoHealth() throws SQLException {
		try (ConfigurableApplicationContext context = start(Named.class, url("dataSource"),
				"db-pool.lease.data-sources=dataSource")) {
			query(context.getBean(DataSource.class), "select 1");
			assertThat(HttpAnswer.get(context, "/actuator/health/db-pool").status()).isEqualTo(404);
			assertThat(HttpAnswer.get(context, "/actuator/health").json()).containsEntry("status", "UP");
		}
	}

	@Test
	void theOnlyPoolMayHaveTheNameOfSpringBootsOwn() throws SQLException {
		try (ConfigurableApplicationContext context = start(Named.class, url("dataSource"),
				"db-pool.data-sources.dataSource.size=2")) {
			query(context.getBean(DataSource.class), "select 1");
			assertThat(HttpAnswer.get(context, "/actuator/health/db-pool").json("components", "dbPool", "details"))
				.containsEntry("size", 2);
			HttpAnswer report = HttpAnswer.get(context, "/actuator/dbpool");
			assertThat((List<?>) report.json("plan").get("uses")).hasSize(1);
			assertThat(report.json("dataSources")).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { Routing.class, ReadOnlyTarget.class })
	void aDataSourceThatRoutesLeadsToPoolsThatAreHandedOver(Class<?> configuration) {
		try (ConfigurableApplicationContext context = start(configuration, url("first"), url("second"),
				"db-pool.data-sources.first.lease.release=after-transaction",
				"db-pool.data-sources.second.lease.release=after-transaction")) {
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			JdbcTemplate jdbc = new JdbcTemplate(context.getBean(DataSource.class));
			String name = "select current_setting('application_name')";
			String written = transaction.execute((status) -> jdbc.queryForObject(name, String.class));
			assertThat(written).isEqualTo("first");
			transaction.setReadOnly(true);
			transaction.executeWithoutResult((status) -> {
				assertThat(jdbc.queryForObject(name, String.class)).isEqualTo("second");
				assertThat(leases(context, "first") + leases(context, "second")).isEqualTo("01");
			});
			assertThat(leases(context, "first") + leases(context, "second")).isEqualTo("00");
			assertThat(this.database.sessions()
				.stream()
				.map(TestDatabase.Session::applicationName)
				.collect(Collectors.toSet())).containsExactlyInAnyOrder("first", "second");
		}
	}

	private static String leases(ConfigurableApplicationContext context, String name) {
		return String.valueOf(((LeasingDataSource) context.getBean(name)).ledger().leases().size());
	}

	@Test
	void aWrapperOfAPoolIsHandedOver() throws SQLException {
		try (ConfigurableApplicationContext context = start(Wrapper.class, url("first"),
				"db-pool.data-sources.wrapper.pooler.url="
						+ pooler.address().uri(Credentials.APPLICATION, this.database.name())
						+ "?application_name=pooled")) {
			DataSource wrapper = context.getBean("wrapper", DataSource.class);
			assertThat(query(wrapper, "select current_setting('application_name')")).isEqualTo("pooled");
			leasesAfterTheTransaction(wrapper);
		}
	}

	@Test
	void aPoolThatHasStartedKeepsItsUrl() throws SQLException {
		String enabled = "db-pool.data-sources.started.enabled=true";
		try (ConfigurableApplicationContext context = start(Started.class, url("first"), enabled)) {
			HikariDataSource pool = context.getBean("started", DataSource.class).unwrap(HikariDataSource.class);
			assertThat(pool.getMaximumPoolSize()).isEqualTo(20);
			assertThat(pool.getMinimumIdle()).isEqualTo(10);
			assertThat(
					query(context.getBean("started", DataSource.class), "select current_setting('application_name')"))
				.isEqualTo("first");
		}
		try (ConfigurableApplicationContext context = start(Started.class, url("first"), enabled,
				"db-pool.data-sources.started.size=4", "db-pool.data-sources.started.max-overflow=1",
				"db-pool.data-sources.started.lease.release=after-transaction")) {
			DataSource started = context.getBean("started", DataSource.class);
			assertThat(started.unwrap(HikariDataSource.class).getMaximumPoolSize()).isEqualTo(5);
			try (Borrowed borrowed = Borrowed.from(started)) {
				assertThat(borrowed.connection().isClosed()).isFalse();
				assertThat(started.unwrap(LeasingDataSource.class).ledger().leases()).hasSize(1);
			}
		}
	}

	@Test
	void aPoolThatHasStartedCannotGetAPooler(CapturedOutput output) {
		String url = pooler.address().jdbcUrl(this.database.name());
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> start(Started.class, url("first"), "db-pool.data-sources.started.pooler.url=" + url));
		assertThat(output).contains("but the pool 'started' has started already, with another URL.",
				"Create it with DataSourceBuilder, or with the constructor without arguments");
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> start(Started.class, "app.first=" + url,
				"db-pool.data-sources.started.enabled=true", "logging.level.org.springframework.context=off"));
		assertThat(output).contains("db-pool.data-sources is 'started', but that pool has started already, so its "
				+ "connections cannot be made safe for the transaction pooler that the jdbcUrl of the bean 'started' "
				+ "leads to.");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void lazyBeansAreManagedFromTheBeginning(boolean all) {
		try (ConfigurableApplicationContext context = start(LazyPool.class, database("spring.datasource"),
				url("lazily"), "db-pool.data-sources.lazily.size=2", "spring.main.lazy-initialization=" + all)) {
			assertThat(HttpAnswer.get(context, "/actuator/health/db-pool").json("components", "dbPool", "components"))
				.containsOnlyKeys("dataSource", "lazily");
			assertThat(HttpAnswer.get(context, "/actuator/dbpool").json("dataSources", "lazily", "pool"))
				.containsEntry("size", 2);
		}
	}

	@Test
	void environmentVariablesSetAndOverride() throws SQLException {
		Map<String, Object> variables = Map.of("DBPOOL_DATASOURCES_SALESREPORTS_SIZE", "3",
				"DBPOOL_DATASOURCES_SALESREPORTS_LEASE_RELEASE", "after-transaction",
				"DB_POOL_DATA_SOURCES_SALESREPORTS_MAX_OVERFLOW", "1");
		for (String inFile : List.of("db-pool.data-sources.salesReports.size=7", "spring.application.name=app")) {
			SpringApplicationBuilder builder = TestApplication.builder(WebApplicationType.SERVLET, CamelCase.class)
				.properties(TestApplication.WITHOUT_JPA, EXPOSED)
				.properties(database("spring.datasource"), url("salesReports"), inFile);
			builder.initializers((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", variables)));
			try (ConfigurableApplicationContext context = builder.run()) {
				HikariDataSource pool = context.getBean("salesReports", DataSource.class)
					.unwrap(HikariDataSource.class);
				assertThat(List.of(pool.getMinimumIdle(), pool.getMaximumPoolSize())).containsExactly(3, 4);
				assertThat(
						HttpAnswer.get(context, "/actuator/health/db-pool").json("components", "dbPool", "components"))
					.containsOnlyKeys("dataSource", "salesReports");
			}
		}
	}

	private static final String EXPOSED = "management.endpoints.web.exposure.include=health,dbpool";

	private String url(String name) {
		return "app." + name + "=" + this.database.fixture().postgres().jdbcUrl(this.database.name())
				+ "?ApplicationName=" + name;
	}

	private String database(String prefix) {
		return prefix + ".url=" + this.database.fixture().postgres().uri(Credentials.APPLICATION, this.database.name())
				+ "?application_name=dataSource";
	}

	private ConfigurableApplicationContext start(Class<?> configuration, String... properties) {
		return TestApplication.builder(WebApplicationType.SERVLET, configuration)
			.properties(TestApplication.WITHOUT_JPA, EXPOSED)
			.properties(properties)
			.run();
	}

	private static String query(DataSource dataSource, String sql) throws SQLException {
		try (Connection connection = dataSource.getConnection();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getString(1);
		}
	}

	private static HikariConfig config(Environment environment, String name) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(environment.getProperty("app." + name));
		config.setUsername(Credentials.APPLICATION.username());
		config.setPassword(Credentials.APPLICATION.password());
		return config;
	}

	private static HikariDataSource pool(Environment environment, String name) {
		HikariDataSource pool = new HikariDataSource();
		config(environment, name).copyStateTo(pool);
		return pool;
	}

	/**
	 * Spring Boot's own recipe for two data sources.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Recipe {

		@Qualifier("reporting")
		@Bean(defaultCandidate = false)
		@ConfigurationProperties("app.reporting")
		DataSourceProperties reportingProperties() {
			return new DataSourceProperties();
		}

		@Qualifier("reporting")
		@Bean(defaultCandidate = false)
		@ConfigurationProperties("app.reporting.configuration")
		HikariDataSource reporting(@Qualifier("reporting") DataSourceProperties properties) {
			return properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Two {

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
	static class Primaries {

		@Bean
		HikariDataSource first(Environment environment) {
			return pool(environment, "first");
		}

		@Bean
		@Primary
		HikariDataSource second(Environment environment) {
			return pool(environment, "second");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Named {

		@Bean
		HikariDataSource dataSource(Environment environment) {
			return pool(environment, "dataSource");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CamelCase {

		@Bean(defaultCandidate = false)
		HikariDataSource salesReports(Environment environment) {
			return pool(environment, "salesReports");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Routing extends Two {

		@Bean
		@Primary
		DataSource routing(@Qualifier("first") DataSource first, @Qualifier("second") DataSource second) {
			AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {

				@Override
				protected Object determineCurrentLookupKey() {
					return TransactionSynchronizationManager.isCurrentTransactionReadOnly();
				}

			};
			routing.setTargetDataSources(Map.of(false, first, true, second));
			routing.afterPropertiesSet();
			return new LazyConnectionDataSourceProxy(routing);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReadOnlyTarget extends Two {

		@Bean
		@Primary
		LazyConnectionDataSourceProxy lazily(@Qualifier("first") DataSource first,
				@Qualifier("second") DataSource second) {
			LazyConnectionDataSourceProxy proxy = new LazyConnectionDataSourceProxy(first);
			proxy.setReadOnlyDataSource(second);
			return proxy;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Wrapper {

		@Bean
		DataSource wrapper(Environment environment) {
			return new DelegatingDataSource(pool(environment, "first"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Started {

		@Bean
		HikariDataSource started(Environment environment) {
			return new HikariDataSource(config(environment, "first"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyPool {

		@Lazy
		@Bean(defaultCandidate = false)
		HikariDataSource lazily(Environment environment) {
			return pool(environment, "lazily");
		}

	}

}

package dev.dbpool.autoconfigure;

import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.DirectDataSource;
import dev.dbpool.InvalidSettingException;
import dev.dbpool.TransactionSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.test.autoconfigure.TestDatabaseAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * {@link TransactionSettings} are in force or stop the start-up. Nothing here connects.
 */
@ExtendWith(OutputCaptureExtension.class)
class TransactionSettingsCheckTests {

	private static final String POSTGRES = "jdbc:postgresql://db.example/app";

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbPoolAutoConfiguration.class, DbPoolMonitorAutoConfiguration.class,
				DbPoolMigrationAutoConfiguration.class, DataSourceAutoConfiguration.class,
				TransactionSettingsAutoConfiguration.class))
		.withUserConfiguration(Tenants.class)
		.withPropertyValues("spring.datasource.url=" + POSTGRES, "db-pool.budget.detect=false", "db-pool.probe=false");

	@ParameterizedTest
	@ValueSource(strings = { "db-pool.lease.release=on-close", "db-pool.lease.release=after-transaction",
			"spring.datasource.connection-fetch=lazy", "db-pool.pooler.url=postgres://pooler.example/app" })
	void dataSourceOfDbPoolHasThem(String property) {
		this.contextRunner.withPropertyValues(property).run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					db-pool.enabled=false | db-pool.enabled is false | Set db-pool.enabled to true
					spring.datasource.url=jdbc:h2:mem:app | spring.datasource.url is not a plain PostgreSQL URL | Use a plain PostgreSQL URL
					spring.datasource.url=jdbc:tc:postgresql:17:///app | spring.datasource.url is not a plain PostgreSQL URL | Use a plain PostgreSQL URL
					spring.datasource.url= | spring.datasource.url is not set | Use a plain PostgreSQL URL
					spring.datasource.type=org.springframework.jdbc.datasource.SimpleDriverDataSource | spring.datasource.type is not Hikari | Use a plain PostgreSQL URL and HikariCP
					spring.datasource.driver-class-name=org.h2.Driver | spring.datasource.driver-class-name is not the PostgreSQL driver | Use a plain PostgreSQL URL""")
	void stopsWhereDbPoolStepsAside(String property, String reason, String action) {
		this.contextRunner.withPropertyValues(property)
			.run((context) -> assertStops(context, "dataSource", reason, action));
	}

	@Test
	void stopsWhereDbPoolIsExcluded() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					TransactionSettingsAutoConfiguration.class))
			.withUserConfiguration(Tenants.class)
			.withPropertyValues("spring.datasource.url=" + POSTGRES)
			.run((context) -> assertStops(context, "dataSource", "DbPoolAutoConfiguration is excluded",
					"Let db-pool's auto-configuration take part"));
	}

	@Test
	void stopsWithoutHikari() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(HikariDataSource.class))
			.withPropertyValues("spring.datasource.type=" + SimpleDriverDataSource.class.getName())
			.run((context) -> assertStops(context, "dataSource", "HikariCP or the PostgreSQL driver is missing",
					"with HikariCP"));
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnPool.class, OwnEmbedded.class })
	void stopsForAnOwnDataSource(Class<?> own) {
		this.contextRunner.withUserConfiguration(own)
			.run((context) -> assertStops(context, "own", "the application has its own data source",
					"Let Spring Boot make the data source"));
	}

	@ParameterizedTest
	@ValueSource(classes = { SecondPool.class, SecondUnknown.class, SecondDriverDataSource.class, SecondWrapped.class,
			SecondRouting.class, SecondEmptyRouting.class, Early.class })
	void stopsForASecondDataSource(Class<?> second) {
		this.contextRunner.withUserConfiguration(second)
			.run((context) -> assertStops(context, "second", "db-pool does not manage it",
					"Set db-pool.data-sources.second.enabled to true to hand it over to db-pool, or to false"));
	}

	@Test
	void stopsForASecondDataSourceThatIsOnlyLeased() {
		this.contextRunner.withUserConfiguration(SecondPool.class)
			.withPropertyValues("db-pool.lease.data-sources=second")
			.run((context) -> assertStops(context, "second", "db-pool does not manage it", "db-pool.data-sources"));
	}

	@Test
	void stopsForOneThatIsNotHandedOverWithTheOthers() {
		this.contextRunner.withUserConfiguration(OwnPool.class, SecondPool.class)
			.withPropertyValues("db-pool.data-sources.own.enabled=true")
			.run((context) -> assertStops(context, "second", "db-pool does not manage it", "db-pool.data-sources"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "true", "false" })
	void acceptsWhatIsHandedOverOrLeftAloneKnowingly(String handedOver) {
		this.contextRunner.withUserConfiguration(SecondPool.class)
			.withPropertyValues("db-pool.data-sources.second.enabled=" + handedOver)
			.run((context) -> assertThat(context).hasNotFailed());
		this.contextRunner.withUserConfiguration(OwnPool.class)
			.withPropertyValues("db-pool.data-sources.own.enabled=" + handedOver)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(classes = { SecondMySql.class, SecondEmbedded.class, Direct.class, OwnDirect.class, Routing.class,
			LazyProxy.class })
	void ignoresWhatNeedsNoSettings(Class<?> second) {
		this.contextRunner.withUserConfiguration(second).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void lazyDataSourceIsCheckedWhenItIsCreated() {
		this.contextRunner.withUserConfiguration(SecondPool.class)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThatException().isThrownBy(() -> context.getBean("second"))
					.withRootCauseInstanceOf(InvalidSettingException.class);
			});
	}

	@Test
	void databaseThatATestPutsInPlaceIsAWarning(CapturedOutput output) {
		this.contextRunner.withConfiguration(AutoConfigurations.of(TestDatabaseAutoConfiguration.class))
			.withPropertyValues("spring.test.database.replace=ANY")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.toString().lines().filter((line) -> line.contains("TransactionSettings"))).singleElement()
			.asString()
			.contains("WARN")
			.endsWith("The bean 'tenant' of type TransactionSettings has no effect in this test: an embedded database "
					+ "replaces the data source");
	}

	@Test
	void withoutSettingsOrDataSourcesNothingIsChecked() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					TransactionSettingsAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + POSTGRES)
			.run((context) -> assertThat(context).hasNotFailed());
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(TransactionSettingsAutoConfiguration.class))
			.withUserConfiguration(Tenants.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void beansThatDisagreeStopTheStart() {
		this.contextRunner.withUserConfiguration(OtherTenants.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidSettingException.class)
				.hasMessageStartingWith("The beans 'tenant' and 'other' of type TransactionSettings return different "
						+ "values for the setting search_path."));
	}

	@Test
	void namesAllBeans() {
		this.contextRunner.withUserConfiguration(OtherTenants.class)
			.withPropertyValues("db-pool.enabled=false")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageStartingWith(
						"The beans 'tenant', 'other' of type TransactionSettings would not be in force"));
	}

	private static void assertStops(AssertableApplicationContext context, String name, String reason, String action) {
		assertThat(context).hasFailed();
		assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
			.isInstanceOf(InvalidSettingException.class)
			.hasMessageStartingWith(
					"The bean 'tenant' of type TransactionSettings would not be in force for the data source '" + name
							+ "': ")
			.hasMessageContaining(reason)
			.hasMessageContaining(". Its transactions could read and write another tenant's data. ")
			.hasMessageContaining(action);
	}

	private static HikariDataSource pool(String url) {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(url);
		return pool;
	}

	@Configuration(proxyBeanMethods = false)
	static class Tenants {

		@Bean
		TransactionSettings tenant() {
			return () -> Map.of("search_path", "acme");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherTenants {

		@Bean
		TransactionSettings other() {
			return () -> Map.of("search_path", "globex");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnPool {

		@Bean
		DataSource own() {
			return pool(POSTGRES);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnEmbedded {

		@Bean
		DataSource own() {
			return new EmbeddedDatabaseBuilder().setType(EmbeddedDatabaseType.H2).generateUniqueName(true).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondPool {

		@Bean(defaultCandidate = false)
		DataSource second() {
			return pool("jdbc:postgresql://reporting.example/app");
		}

	}

	/**
	 * Its URL could be any.
	 */
	@Configuration(proxyBeanMethods = false)
	static class SecondUnknown {

		@Bean(defaultCandidate = false)
		DataSource second() {
			return pool("jdbc:vendor://reporting.example/app");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondDriverDataSource {

		@Bean(defaultCandidate = false)
		DataSource second() {
			PGSimpleDataSource dataSource = new PGSimpleDataSource();
			dataSource.setUrl(POSTGRES);
			return dataSource;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondWrapped {

		@Bean(defaultCandidate = false)
		DataSource second() {
			return new LazyConnectionDataSourceProxy(
					new DelegatingDataSource(pool("jdbc:otel:postgresql://db.example/app")));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondRouting {

		@Bean(defaultCandidate = false)
		DataSource second(@Qualifier("dataSource") DataSource dataSource) {
			return new Router(dataSource, pool(POSTGRES));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondEmptyRouting {

		@Bean(defaultCandidate = false)
		DataSource second() {
			return new Router();
		}

	}

	/**
	 * Created before anything can look at it.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Early {

		@Bean(defaultCandidate = false)
		static DataSource second() {
			return pool(POSTGRES);
		}

		@Bean
		static BeanFactoryPostProcessor early() {
			return (beans) -> beans.getBean("second");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondMySql {

		@Bean(defaultCandidate = false)
		DataSource second() {
			return pool("jdbc:mysql://reporting.example/app");
		}

		@Bean(defaultCandidate = false)
		DataSource driverDataSource() {
			SimpleDriverDataSource dataSource = new SimpleDriverDataSource();
			dataSource.setUrl("jdbc:tc:mysql:9:///app");
			return dataSource;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondEmbedded {

		@Bean(defaultCandidate = false)
		DataSource second() {
			return new EmbeddedDatabaseBuilder().setType(EmbeddedDatabaseType.H2).generateUniqueName(true).build();
		}

	}

	/**
	 * As for Quartz and Spring Batch.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Direct {

		@Bean(defaultCandidate = false)
		@Scope("prototype")
		DataSource second(@DirectDataSource DataSource database) {
			return database;
		}

		@Bean
		String usingIt(@Qualifier("second") DataSource second) {
			return second.toString();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDirect {

		@Bean(defaultCandidate = false)
		@DirectDataSource
		DataSource second() {
			return pool(POSTGRES);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Routing {

		@Bean(defaultCandidate = false)
		DataSource second(@Qualifier("dataSource") DataSource dataSource) {
			return new Router(dataSource, new LazyConnectionDataSourceProxy(dataSource));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyProxy {

		@Bean(defaultCandidate = false)
		@Lazy(false)
		DataSource second(@Qualifier("dataSource") DataSource dataSource) {
			return new LazyConnectionDataSourceProxy(dataSource);
		}

	}

	private static final class Router extends AbstractRoutingDataSource {

		Router() {
			setTargetDataSources(Map.of());
		}

		Router(DataSource first, DataSource second) {
			setTargetDataSources(Map.of("first", first, "second", second));
		}

		@Override
		protected Object determineCurrentLookupKey() {
			return "none";
		}

	}

}

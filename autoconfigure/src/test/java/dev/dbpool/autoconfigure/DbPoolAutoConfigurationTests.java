package dev.dbpool.autoconfigure;

import java.util.Map;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbpool.DirectDataSource;
import dev.dbpool.lease.LeasingDataSource;
import dev.dbpool.monitor.PoolMonitor;
import dev.dbpool.monitor.PoolMonitors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.container.ContainerImageMetadata;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.jdbc.test.autoconfigure.TestDatabaseAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseConnectionDetails;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is planned, and when all of it steps aside. Nothing here connects.
 */
@ExtendWith(OutputCaptureExtension.class)
class DbPoolAutoConfigurationTests {

	private static final String DIRECT = "spring.datasource.url=postgres://app:secret@db.example/app";

	private static final String POOLER = "db-pool.pooler.url=postgres://app:secret@pooler.example:6432/app";

	private static final String STEPS_ASIDE = "db-pool steps aside and leaves the connections to Spring Boot: ";

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DbPoolAutoConfiguration.class, DbPoolMonitorAutoConfiguration.class,
				DbPoolMigrationAutoConfiguration.class, DataSourceAutoConfiguration.class,
				FlywayAutoConfiguration.class, LiquibaseAutoConfiguration.class))
		.withPropertyValues("spring.liquibase.enabled=false", "spring.flyway.enabled=false",
				"db-pool.budget.detect=false", "db-pool.probe=false");

	private final ApplicationContextRunner adopted = this.contextRunner.withPropertyValues(DIRECT, POOLER);

	@Test
	void runtimeUsesThePoolerAndMigrationsTheDatabase(CapturedOutput output) {
		this.adopted.run((context) -> {
			HikariDataSource pool = pool(context);
			assertThat(pool.getJdbcUrl()).isEqualTo("jdbc:postgresql://pooler.example:6432/app?prepareThreshold=0");
			assertThat(pool.getUsername()).isEqualTo("app");
			assertThat(pool.getPassword()).isEqualTo("secret");
			assertThat(pool.getDriverClassName()).isEqualTo(Driver.class.getName());
			assertThat(context.getBean(FlywayConnectionDetails.class).getJdbcUrl())
				.isEqualTo("jdbc:postgresql://db.example/app");
			assertThat(context.getBean(FlywayConnectionDetails.class).getUsername()).isEqualTo("app");
			assertThat(context.getBean(FlywayConnectionDetails.class).getPassword()).isEqualTo("secret");
			assertThat(context.getBean(FlywayConnectionDetails.class).getDriverClassName())
				.isEqualTo(Driver.class.getName());
			assertThat(context.getBean(LiquibaseConnectionDetails.class).getJdbcUrl())
				.isEqualTo("jdbc:postgresql://db.example/app");
		});
		assertThat(output.toString().lines().filter((line) -> line.contains("db-pool: ")))
			.satisfiesExactly((line) -> assertThat(line).contains("INFO")
				.endsWith("db-pool: runtime via the transaction pooler at pooler.example:6432 (db-pool.pooler.url), "
						+ "prepared statements off; migrations directly to the database (spring.datasource.url), "
						+ "without a pool"),
					(line) -> assertThat(line).contains("INFO")
						.endsWith("db-pool: pool size 10 (default), max-overflow 10 (default), recycle 5m (default), "
								+ "timeout 5s (default), socket-timeout 60s (default), release after-transaction (default)"),
					(line) -> assertThat(line).contains("INFO")
						.endsWith("db-pool: budget (1 replica + 0 surge) x 1 worker = 1 process"),
					(line) -> assertThat(line).contains("WARN")
						.endsWith("db-pool: not checked: database (max_connections is unknown), "
								+ "server connections of the pooler (db-pool.pooler.pool-size is not set), "
								+ "clients of the pooler (db-pool.pooler.max-client-connections is not set)"));
		assertThat(output).doesNotContain("secret");
	}

	@Test
	void overridesAThresholdWithOneWarning(CapturedOutput output) {
		this.contextRunner
			.withPropertyValues(DIRECT, "db-pool.pooler.url=jdbc:postgresql://pooler.example/app?prepareThreshold=5")
			.run((context) -> assertThat(pool(context).getJdbcUrl()).endsWith("/app?prepareThreshold=0"));
		assertThat(output.toString().lines().filter((line) -> line.contains("WARN") && !line.contains("not checked")))
			.singleElement()
			.asString()
			.contains("prepareThreshold=5 in db-pool.pooler.url is overridden with 0");
	}

	@ParameterizedTest
	@ValueSource(strings = { "db-pool.size=3", "db-pool.pooler.url=", "db-pool.pooler.url=  " })
	void runtimeUsesTheDatabaseWhereThereIsNoPooler(String property) {
		this.contextRunner.withPropertyValues(DIRECT, property).run((context) -> {
			assertThat(pool(context).getJdbcUrl()).isEqualTo("jdbc:postgresql://db.example/app");
			assertThat(context.getBean(FlywayConnectionDetails.class).getJdbcUrl())
				.isEqualTo("jdbc:postgresql://db.example/app");
			assertThat(pool(context).getMaxLifetime()).isEqualTo(1_800_000);
		});
	}

	@Test
	void toolsKeepWhatTheUserSetForThem() {
		this.adopted
			.withPropertyValues("spring.flyway.user=migrator", "spring.liquibase.url=jdbc:h2:mem:own",
					"spring.liquibase.user=sa")
			.run((context) -> {
				FlywayConnectionDetails flyway = context.getBean(FlywayConnectionDetails.class);
				assertThat(flyway.getJdbcUrl()).isEqualTo("jdbc:postgresql://db.example/app");
				assertThat(flyway.getUsername()).isEqualTo("migrator");
				assertThat(flyway.getPassword()).isNull();
				LiquibaseConnectionDetails liquibase = context.getBean(LiquibaseConnectionDetails.class);
				assertThat(liquibase.getJdbcUrl()).isEqualTo("jdbc:h2:mem:own");
				assertThat(liquibase.getUsername()).isEqualTo("sa");
				assertThat(liquibase.getPassword()).isNull();
				assertThat(liquibase.getDriverClassName()).isEqualTo("org.h2.Driver");
			});
	}

	@Test
	void plainInjectionYieldsTheRuntimeAndTheQualifierTheDatabase() {
		this.adopted.withUserConfiguration(InjectingConfiguration.class).run((context) -> {
			Injected injected = context.getBean(Injected.class);
			assertThat(injected.runtime()).isInstanceOf(LeasingDataSource.class)
				.isSameAs(context.getBean(DataSource.class));
			assertThat(injected.direct()).isInstanceOfSatisfying(SimpleDriverDataSource.class,
					(direct) -> assertThat(direct.getUrl()).isEqualTo("jdbc:postgresql://db.example/app"));
		});
	}

	/**
	 * Code that asks for the direct data source must start everywhere, in tests too.
	 */
	@Test
	void theQualifierYieldsTheApplicationsOwnConnectionsWhereDbPoolIsOff() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(DirectDataSourceAutoConfiguration.class))
			.withUserConfiguration(OwnJdbcConnectionDetails.class, InjectingConfiguration.class)
			.withPropertyValues("db-pool.enabled=false")
			.run((context) -> {
				Injected injected = context.getBean(Injected.class);
				assertThat(injected.runtime()).isInstanceOf(HikariDataSource.class);
				assertThat(injected.direct()).isInstanceOfSatisfying(SimpleDriverDataSource.class, (direct) -> {
					assertThat(direct.getUrl()).isEqualTo("jdbc:postgresql://own.example/own");
					assertThat(direct.getUsername()).isEqualTo("own");
				});
			});
	}

	@Test
	void theQualifierYieldsTheApplicationsOwnDataSourceWhereNothingElseIsKnown() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(DirectDataSourceAutoConfiguration.class))
			.withUserConfiguration(OwnDataSource.class, InjectingConfiguration.class)
			.run((context) -> {
				Injected injected = context.getBean(Injected.class);
				assertThat(injected.direct()).isSameAs(injected.runtime()).isInstanceOf(EmbeddedDatabase.class);
			});
	}

	@Test
	void theQualifierDoesNotKeepATestDatabaseAway() {
		this.adopted
			.withConfiguration(
					AutoConfigurations.of(TestDatabaseAutoConfiguration.class, DirectDataSourceAutoConfiguration.class))
			.run((context) -> assertThat(context.getBean(DataSource.class)).isInstanceOf(EmbeddedDatabase.class));
	}

	@Test
	@Tag("connection-fetch")
	void wrapsInsideOfTheLazyProxy() {
		this.adopted.withPropertyValues("spring.datasource.connection-fetch=lazy")
			.run((context) -> assertThat(context.getBean(DataSource.class)).isInstanceOfSatisfying(
					LazyConnectionDataSourceProxy.class,
					(lazy) -> assertThat(lazy.getTargetDataSource()).isInstanceOf(LeasingDataSource.class)));
	}

	@Test
	void worksWithoutMigrationToolsOnTheClasspath() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DbPoolAutoConfiguration.class, DbPoolMonitorAutoConfiguration.class,
							DbPoolMigrationAutoConfiguration.class, DataSourceAutoConfiguration.class))
			.withPropertyValues(DIRECT, POOLER, "db-pool.budget.detect=false", "db-pool.probe=false")
			.withClassLoader(new FilteredClassLoader("org.flywaydb", "liquibase"))
			.run((context) -> assertThat(pool(context).getJdbcUrl()).contains("pooler.example"));
	}

	@Test
	void stepsAsideWhenDisabled(CapturedOutput output) {
		this.contextRunner
			.withPropertyValues("db-pool.enabled=false", POOLER,
					"spring.datasource.url=jdbc:postgresql://db.example/app", "db-pool.size=0")
			.run((context) -> {
				assertThat(context).hasSingleBean(HikariDataSource.class)
					.doesNotHaveBean(DbPoolAutoConfiguration.class);
				assertThat(context.getBean(HikariDataSource.class).getJdbcUrl())
					.isEqualTo("jdbc:postgresql://db.example/app");
			});
		assertThat(output).doesNotContain("db-pool");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					spring.datasource.url=jdbc:h2:mem:app                              | spring.datasource.url is not a plain PostgreSQL URL
					spring.datasource.url=jdbc:tc:postgresql:17:///app                 | spring.datasource.url is not a plain PostgreSQL URL
					spring.datasource.url=jdbc:aws-wrapper:postgresql://db.example/app | spring.datasource.url is not a plain PostgreSQL URL
					spring.datasource.hikari.jdbc-url=jdbc:postgresql://db.example/app | spring.datasource.hikari.jdbc-url is set
					spring.datasource.driver-class-name=com.p6spy.engine.spy.P6SpyDriver | spring.datasource.driver-class-name is not the PostgreSQL driver
					spring.datasource.type=org.apache.commons.dbcp2.BasicDataSource    | spring.datasource.type is not Hikari
					""")
	void leavesOtherWaysToConnectToSpringBoot(String property, String reason, CapturedOutput output) {
		// Lazily, because Spring Boot would look for drivers that are not here.
		this.contextRunner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withPropertyValues("spring.datasource.url=jdbc:postgresql://db.example/app", POOLER, property)
			.run(DbPoolAutoConfigurationTests::assertSteppedAside);
		assertThat(output).containsOnlyOnce(STEPS_ASIDE + reason);
	}

	@Test
	void leavesAnEmbeddedDatabaseToSpringBoot(CapturedOutput output) {
		this.contextRunner.run((context) -> {
			assertSteppedAside(context);
			assertThat(context.getBean(HikariDataSource.class).getJdbcUrl()).startsWith("jdbc:h2:mem:");
		});
		assertThat(output).containsOnlyOnce(STEPS_ASIDE + "spring.datasource.url is not set");
	}

	@Test
	void leavesATestcontainersUrlToSpringBoot() {
		this.contextRunner.withPropertyValues("spring.datasource.url=jdbc:tc:postgresql:17:///app", POOLER)
			.run((context) -> {
				assertSteppedAside(context);
				assertThat(context.getBean(HikariDataSource.class).getDriverClassName())
					.isEqualTo("org.testcontainers.jdbc.ContainerDatabaseDriver");
			});
	}

	@Test
	void stepsAsideAsAWholeForTheApplicationsOwnDataSource(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(OwnDataSource.class)
			.withPropertyValues("spring.datasource.url=jdbc:postgresql://db.example/app", POOLER)
			.run((context) -> {
				assertSteppedAside(context);
				assertThat(context.getBean(DataSource.class)).isNotInstanceOf(LeasingDataSource.class);
			});
		assertThat(output).containsOnlyOnce(STEPS_ASIDE + "the application has its own data source");
	}

	@Test
	void stepsAsideEvenWithoutADirectUrlForTheApplicationsOwnDataSource(CapturedOutput output) {
		for (String more : new String[] { POOLER, "db-pool.size=3", "db-pool.lease.release=after-transaction" }) {
			this.contextRunner.withUserConfiguration(OwnDataSource.class)
				.withPropertyValues(more)
				.run(DbPoolAutoConfigurationTests::assertSteppedAside);
		}
		assertThat(output.toString().lines().filter((line) -> line.contains(STEPS_ASIDE))).hasSize(3)
			.allMatch((line) -> line.contains("the application has its own data source"))
			.last()
			.asString()
			.contains("WARN");
	}

	@Test
	void connectionDetailsOfOthersAreTheDirectUrl() {
		this.contextRunner.withUserConfiguration(OwnJdbcConnectionDetails.class)
			.withPropertyValues("spring.datasource.url=jdbc:postgresql://db.example/app")
			.run((context) -> {
				assertThat(pool(context).getJdbcUrl()).startsWith("jdbc:postgresql://own.example/own");
				assertThat(pool(context).getUsername()).isEqualTo("own");
				assertThat(pool(context).getMaximumPoolSize()).isEqualTo(20);
				assertThat(context.getBean(FlywayConnectionDetails.class).getJdbcUrl())
					.startsWith("jdbc:postgresql://own.example/own");
				assertThat(context.getBean(LiquibaseConnectionDetails.class).getUsername()).isEqualTo("own");
				assertThat(context.getBean(StartUpPlan.class).connections().runtime().property())
					.isEqualTo("the JdbcConnectionDetails bean 'details'");
			});
	}

	@Test
	void thePoolerOfAPropertyWinsForTheRuntime() {
		this.contextRunner.withUserConfiguration(OwnJdbcConnectionDetails.class)
			.withPropertyValues(POOLER)
			.run((context) -> {
				assertThat(pool(context).getJdbcUrl()).startsWith("jdbc:postgresql://pooler.example");
				assertThat(context.getBean(FlywayConnectionDetails.class).getJdbcUrl())
					.startsWith("jdbc:postgresql://own.example/own");
			});
	}

	/**
	 * The file is in the application, the database belongs to the test.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void thePoolerOfAFileIsNotUsedWithTheDatabaseOfATest(boolean test, CapturedOutput output) {
		this.contextRunner.withUserConfiguration(OwnJdbcConnectionDetails.class).withInitializer((context) -> {
			MutablePropertySources sources = context.getEnvironment().getPropertySources();
			String[] pooler = POOLER.split("=", 2);
			sources.addLast(new MapPropertySource("Config resource 'class path resource [application.yml]'",
					Map.of(pooler[0], pooler[1])));
			if (test) {
				sources.addFirst(new MapPropertySource("Inlined Test Properties", Map.of()));
			}
		})
			.run((context) -> assertThat(pool(context).getJdbcUrl())
				.startsWith("jdbc:postgresql://" + (test ? "own" : "pooler") + ".example"));
		assertThat(output.toString().contains("db-pool.pooler.url of a configuration file is not used"))
			.isEqualTo(test);
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnFlywayConnectionDetails.class, OwnLiquibaseConnectionDetails.class })
	void connectionDetailsOfAToolAreForThatToolAlone(Class<?> configuration) {
		this.adopted.withUserConfiguration(configuration).run((context) -> {
			assertThat(pool(context).getJdbcUrl()).startsWith("jdbc:postgresql://pooler.example");
			boolean flyway = configuration == OwnFlywayConnectionDetails.class;
			assertThat(context.getBean(FlywayConnectionDetails.class).getJdbcUrl())
				.startsWith("jdbc:postgresql://" + (flyway ? "own" : "db") + ".example");
			assertThat(context.getBean(LiquibaseConnectionDetails.class).getJdbcUrl())
				.startsWith("jdbc:postgresql://" + (flyway ? "db" : "own") + ".example");
		});
	}

	@Test
	void leavesConnectionDetailsOfAnotherDatabaseToSpringBoot(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(OtherConnectionDetails.class)
			.withPropertyValues("spring.datasource.url=jdbc:postgresql://db.example/app", POOLER)
			.run((context) -> {
				assertThat(context.getBean(DataSource.class)).isInstanceOfSatisfying(HikariDataSource.class,
						(pool) -> assertThat(pool.getMaximumPoolSize()).isEqualTo(10));
				assertThat(context.getBean(FlywayConnectionDetails.class).getJdbcUrl()).isNull();
				assertThat(context.getBeanProvider(StartUpPlan.class).getIfAvailable()).isNull();
			});
		assertThat(output).containsOnlyOnce(
				STEPS_ASIDE + "the URL of the JdbcConnectionDetails bean 'details' is not a plain PostgreSQL URL");
	}

	/**
	 * As Docker Compose does: its beans are there before the application is read.
	 */
	@Test
	void takesBeansThatAreRegisteredBeforehand() {
		this.contextRunner
			.withInitializer((context) -> context.getBeanFactory()
				.registerSingleton("compose", new OwnJdbcConnectionDetails().details()))
			.run((context) -> assertThat(pool(context).getJdbcUrl()).startsWith("jdbc:postgresql://own.example/own"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "ANY", "NON_TEST", "AUTO_CONFIGURED" })
	void stepsAsideForATestDatabase(String replace) {
		this.adopted.withConfiguration(AutoConfigurations.of(TestDatabaseAutoConfiguration.class))
			.withPropertyValues("spring.test.database.replace=" + replace)
			.run((context) -> {
				assertSteppedAside(context);
				assertThat(context.getBean(DataSource.class)).isInstanceOf(EmbeddedDatabase.class);
			});
	}

	@Test
	void stepsAsideForATestDatabaseByDefault() {
		this.adopted.withConfiguration(AutoConfigurations.of(TestDatabaseAutoConfiguration.class)).run((context) -> {
			assertSteppedAside(context);
			assertThat(context.getBean(DataSource.class)).isInstanceOf(EmbeddedDatabase.class);
		});
	}

	@Test
	void staysWhereATestReplacesNothing() {
		this.adopted
			.withConfiguration(
					AutoConfigurations.of(TestDatabaseAutoConfiguration.class, DirectDataSourceAutoConfiguration.class))
			.withPropertyValues("spring.test.database.replace=NONE")
			.run((context) -> {
				assertThat(pool(context).getJdbcUrl()).startsWith("jdbc:postgresql://pooler.example");
				assertThat(context).hasBean("dbPoolDirectDataSource");
			});
	}

	@Test
	void staysWhereATestHasAContainer() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(TestDatabaseAutoConfiguration.class))
			.withPropertyValues("db-pool.probe=false")
			.withInitializer((context) -> {
				RootBeanDefinition container = new RootBeanDefinition(JdbcConnectionDetails.class,
						new OwnJdbcConnectionDetails()::details);
				new ContainerImageMetadata("postgres:17").addTo(container);
				((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition("container", container);
			})
			.run((context) -> assertThat(pool(context).getJdbcUrl()).startsWith("jdbc:postgresql://own.example/own"));
	}

	/**
	 * As Spring Boot does, which replaces a data source of the application itself.
	 */
	@Test
	void stepsAsideForAReplacedDataSourceOfTheApplication() {
		this.adopted
			.withConfiguration(
					AutoConfigurations.of(TestDatabaseAutoConfiguration.class, DirectDataSourceAutoConfiguration.class))
			.withUserConfiguration(OwnDataSource.class)
			.withPropertyValues("spring.datasource.url=jdbc:tc:postgresql:17:///app")
			.run((context) -> assertThat(context.getBean(DataSource.class)).isInstanceOf(EmbeddedDatabase.class));
	}

	@Test
	void theQualifierStaysWhereATestReplacesNothing() {
		this.adopted
			.withConfiguration(
					AutoConfigurations.of(TestDatabaseAutoConfiguration.class, DirectDataSourceAutoConfiguration.class))
			.withPropertyValues("spring.test.database.replace=NONE", "db-pool.enabled=false",
					"spring.datasource.url=jdbc:postgresql://db.example/app")
			.run((context) -> assertThat(context).hasBean("dbPoolDirectDataSource"));
	}

	@Test
	void sizesThePool() {
		this.contextRunner
			.withPropertyValues(DIRECT, "db-pool.size=3", "db-pool.max-overflow=2", "db-pool.recycle=1800",
					"db-pool.timeout=30")
			.run((context) -> {
				HikariDataSource pool = pool(context);
				assertThat(pool.getMinimumIdle()).isEqualTo(3);
				assertThat(pool.getMaximumPoolSize()).isEqualTo(5);
				assertThat(pool.getMaxLifetime()).isEqualTo(1_800_000);
				assertThat(pool.getConnectionTimeout()).isEqualTo(30_000);
				assertThat(pool.getIdleTimeout()).isEqualTo(30_000);
			});
	}

	@Test
	void hikariSettingsWinAndAreReported(CapturedOutput output) {
		this.adopted
			.withPropertyValues("db-pool.size=3", "db-pool.recycle=10m", "spring.datasource.hikari.maximum-pool-size=7",
					"spring.datasource.hikari.connection-timeout=1500", "spring.datasource.hikari.max-lifetime=60000",
					"spring.datasource.hikari.idle-timeout=20000", "spring.datasource.hikari.username=other")
			.run((context) -> {
				HikariDataSource pool = pool(context);
				assertThat(pool.getMaximumPoolSize()).isEqualTo(7);
				assertThat(pool.getMinimumIdle()).isEqualTo(-1);
				assertThat(pool.getConnectionTimeout()).isEqualTo(1500);
				assertThat(pool.getMaxLifetime()).isEqualTo(60_000);
				assertThat(pool.getIdleTimeout()).isEqualTo(20_000);
				assertThat(context.getBean(PoolMonitors.class).all().get(0).snapshot()).satisfies((snapshot) -> {
					assertThat(snapshot.size()).isEqualTo(7);
					assertThat(snapshot.maxOverflow()).isZero();
					assertThat(snapshot.maximum()).isEqualTo(7);
				});
			});
		assertThat(output).contains("size 7 (default), max-overflow 0 (spring.datasource.hikari.maximum-pool-size), "
				+ "recycle 1m (spring.datasource.hikari.max-lifetime), "
				+ "timeout 1500ms (spring.datasource.hikari.connection-timeout)");
	}

	@Test
	void minimumIdleAloneIsAChoiceToo() {
		this.adopted.withPropertyValues("db-pool.size=3", "spring.datasource.hikari.minimum-idle=2").run((context) -> {
			assertThat(pool(context).getMinimumIdle()).isEqualTo(2);
			assertThat(pool(context).getMaximumPoolSize()).isEqualTo(10);
		});
	}

	@Test
	void warnsThatTheInitSqlOfThePoolDoesNotReachMigrations(CapturedOutput output) {
		this.adopted.withPropertyValues("spring.datasource.hikari.connection-init-sql=select 1")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).containsOnlyOnce("spring.datasource.hikari.connection-init-sql does not run for migrations");
	}

	private static HikariDataSource pool(AssertableApplicationContext context) throws Exception {
		assertThat(context).hasNotFailed();
		return context.getBean(DataSource.class).unwrap(HikariDataSource.class);
	}

	private static void assertSteppedAside(AssertableApplicationContext context) {
		assertThat(context).doesNotHaveBean(StartUpPlan.class)
			.doesNotHaveBean(DataSourcePostProcessor.class)
			.doesNotHaveBean(PlannedJdbcConnectionDetails.class)
			.doesNotHaveBean(PlannedFlywayConnectionDetails.class)
			.doesNotHaveBean(PlannedLiquibaseConnectionDetails.class)
			.doesNotHaveBean(PoolMonitor.class)
			.doesNotHaveBean("dbPoolDirectDataSource");
	}

	@Configuration(proxyBeanMethods = false)
	static class InjectingConfiguration {

		@Bean
		Injected injected(DataSource runtime, @DirectDataSource DataSource direct) {
			return new Injected(runtime, direct);
		}

	}

	record Injected(DataSource runtime, DataSource direct) {

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDataSource {

		@Bean(destroyMethod = "shutdown")
		EmbeddedDatabase own() {
			return new EmbeddedDatabaseBuilder().setType(EmbeddedDatabaseType.H2).generateUniqueName(true).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnJdbcConnectionDetails {

		@Bean
		JdbcConnectionDetails details() {
			return new JdbcConnectionDetails() {

				@Override
				public String getUsername() {
					return "own";
				}

				@Override
				public String getPassword() {
					return "own";
				}

				@Override
				public String getJdbcUrl() {
					return "jdbc:postgresql://own.example/own";
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherConnectionDetails {

		@Bean
		JdbcConnectionDetails details() {
			return new JdbcConnectionDetails() {

				@Override
				public String getUsername() {
					return "sa";
				}

				@Override
				public String getPassword() {
					return "";
				}

				@Override
				public String getJdbcUrl() {
					return "jdbc:h2:mem:other";
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnFlywayConnectionDetails {

		@Bean
		FlywayConnectionDetails details() {
			return new FlywayConnectionDetails() {

				@Override
				public String getUsername() {
					return "own";
				}

				@Override
				public String getPassword() {
					return "own";
				}

				@Override
				public String getJdbcUrl() {
					return "jdbc:postgresql://own.example/own";
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnLiquibaseConnectionDetails {

		@Bean
		LiquibaseConnectionDetails details() {
			return new LiquibaseConnectionDetails() {

				@Override
				public String getUsername() {
					return "own";
				}

				@Override
				public String getPassword() {
					return "own";
				}

				@Override
				public String getJdbcUrl() {
					return "jdbc:postgresql://own.example/own";
				}

			};
		}

	}

}

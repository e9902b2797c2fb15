package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import dev.dbpool.DirectDataSource;
import dev.dbpool.actuate.ConnectionUse;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.ConnectionTarget;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.flyway.autoconfigure.FlywayProperties;
import org.springframework.boot.jdbc.autoconfigure.ApplicationDataSourceScriptDatabaseInitializer;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseConnectionDetails;
import org.springframework.boot.liquibase.autoconfigure.LiquibaseProperties;
import org.springframework.boot.sql.autoconfigure.init.ApplicationScriptDatabaseInitializer;
import org.springframework.boot.sql.autoconfigure.init.ConditionalOnSqlInitialization;
import org.springframework.boot.sql.autoconfigure.init.SqlInitializationProperties;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.util.StringUtils;

/**
 * Connects migrations and session-bound work to the database itself, without a pool. Only
 * if the runtime is ours as well.
 */
@AutoConfiguration(after = { DbPoolAutoConfiguration.class, DataSourceAutoConfiguration.class },
		before = DataSourceInitializationAutoConfiguration.class,
		beforeName = { "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
				"org.springframework.boot.liquibase.autoconfigure.LiquibaseAutoConfiguration" })
@ConditionalOnBean(PlannedJdbcConnectionDetails.class)
public final class DbPoolMigrationAutoConfiguration {

	/**
	 * A prototype, because Spring Boot's health and metrics take every singleton for one
	 * of the application's pools. The object holds nothing that could be shared.
	 */
	@Bean(defaultCandidate = false)
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@DirectDataSource
	@ConditionalOnMissingBean(name = "dbPoolDirectDataSource")
	DataSource dbPoolDirectDataSource(StartUpPlan plan) {
		return new DirectConnections(plan);
	}

	@Bean
	static SchemaInitializerPostProcessor dbPoolSchemaInitializerPostProcessor(ObjectProvider<StartUpPlan> plan,
			@Qualifier("dataSource") ObjectProvider<DataSource> runtime) {
		return new SchemaInitializerPostProcessor(new SchemaWorkRoute(plan, runtime));
	}

	@Bean
	ConnectionUse dbPoolApplicationUse(StartUpPlan plan) {
		ConnectionPlan connections = plan.connections();
		return new ConnectionUse("application", connections.runtime().toString(), connections.runtime().property());
	}

	@Bean
	ConnectionUse dbPoolDirectDataSourceUse(StartUpPlan plan) {
		ConnectionTarget direct = plan.connections().migration();
		return new ConnectionUse("@DirectDataSource", (direct != null) ? direct.toString() : null,
				plan.connections().names().directUrl());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ FlywayAutoConfiguration.class, org.flywaydb.core.Flyway.class })
	@EnableConfigurationProperties(FlywayProperties.class)
	static class FlywayConfiguration {

		@Bean
		FlywayConnectionDetails dbPoolFlywayConnectionDetails(StartUpPlan plan, FlywayProperties properties) {
			MigrationTarget target = new MigrationTarget(properties.getUrl(), properties.getUser(),
					properties.getPassword(), properties.getDriverClassName(), plan.connections(), plan.login());
			return new PlannedFlywayConnectionDetails(target);
		}

		@Bean
		@ConditionalOnBooleanProperty(name = "spring.flyway.enabled", matchIfMissing = true)
		StartUpShare dbPoolFlywayStartUpShare(FlywayProperties properties) {
			return new StartUpShare("Flyway", "spring.flyway.enabled=false", 2, properties.getUrl() == null);
		}

		@Bean
		@ConditionalOnBooleanProperty(name = "spring.flyway.enabled", matchIfMissing = true)
		ConnectionUse dbPoolFlywayUse(StartUpPlan plan, FlywayProperties properties) {
			return MigrationTarget.use("flyway", properties.getUrl(), plan.connections());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ LiquibaseAutoConfiguration.class, liquibase.integration.spring.SpringLiquibase.class })
	@EnableConfigurationProperties(LiquibaseProperties.class)
	static class LiquibaseConfiguration {

		@Bean
		LiquibaseConnectionDetails dbPoolLiquibaseConnectionDetails(StartUpPlan plan, LiquibaseProperties properties) {
			MigrationTarget target = new MigrationTarget(properties.getUrl(), properties.getUser(),
					properties.getPassword(), properties.getDriverClassName(), plan.connections(), plan.login());
			return new PlannedLiquibaseConnectionDetails(target);
		}

		@Bean
		@ConditionalOnBooleanProperty(name = "spring.liquibase.enabled", matchIfMissing = true)
		StartUpShare dbPoolLiquibaseStartUpShare(LiquibaseProperties properties) {
			return new StartUpShare("Liquibase", "spring.liquibase.enabled=false", 1, properties.getUrl() == null);
		}

		@Bean
		@ConditionalOnBooleanProperty(name = "spring.liquibase.enabled", matchIfMissing = true)
		ConnectionUse dbPoolLiquibaseUse(StartUpPlan plan, LiquibaseProperties properties) {
			return MigrationTarget.use("liquibase", properties.getUrl(), plan.connections());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(org.flywaydb.core.Flyway.class)
	static class OwnFlywayConfiguration {

		@Bean
		static FlywayPostProcessor dbPoolFlywayPostProcessor(ObjectProvider<StartUpPlan> plan,
				@Qualifier("dataSource") ObjectProvider<DataSource> runtime) {
			return new FlywayPostProcessor(new SchemaWorkRoute(plan, runtime));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(liquibase.integration.spring.SpringLiquibase.class)
	static class OwnLiquibaseConfiguration {

		@Bean
		static LiquibasePostProcessor dbPoolLiquibasePostProcessor(ObjectProvider<StartUpPlan> plan,
				@Qualifier("dataSource") ObjectProvider<DataSource> runtime) {
			return new LiquibasePostProcessor(new SchemaWorkRoute(plan, runtime));
		}

	}

	/**
	 * Scripts ({@code spring.sql.init}) are migrations too.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSqlInitialization
	@ConditionalOnMissingBean(ApplicationScriptDatabaseInitializer.class)
	@EnableConfigurationProperties(SqlInitializationProperties.class)
	@Import(DatabaseInitializationDependencyConfigurer.class)
	static class SqlInitializationConfiguration {

		@Bean
		@ConditionalOnProperty(name = "spring.sql.init.mode", havingValue = "always")
		StartUpShare dbPoolSqlInitializationStartUpShare() {
			return new StartUpShare("spring.sql.init", "spring.sql.init.mode=never", 1, true);
		}

		@Bean
		ApplicationDataSourceScriptDatabaseInitializer dataSourceScriptDatabaseInitializer(StartUpPlan plan,
				SqlInitializationProperties properties) {
			DirectConnections dataSource = new DirectConnections(plan);
			if (StringUtils.hasText(properties.getUsername()) && StringUtils.hasText(properties.getPassword())) {
				dataSource.setUsername(properties.getUsername());
				dataSource.setPassword(properties.getPassword());
			}
			return new ApplicationDataSourceScriptDatabaseInitializer(dataSource, properties);
		}

	}

}

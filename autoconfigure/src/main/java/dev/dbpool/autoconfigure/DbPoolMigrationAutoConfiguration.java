package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import dev.dbpool.DirectDataSource;
import dev.dbpool.actuate.ConnectionUse;
import dev.dbpool.plan.ConnectionPlan;
import dev.dbpool.plan.ConnectionTarget;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
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
@ConditionalOnManageMode
@ConditionalOnBean(StartUpPlan.class)
public final class DbPoolMigrationAutoConfiguration {

	/**
	 * A prototype, because Spring Boot's health and metrics take every singleton for one
	 * of the application's pools. The object holds nothing that could be shared.
	 */
	@Bean(defaultCandidate = false)
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@DirectDataSource
	@ConditionalOnMissingBean(name = "dbPoolDirectDataSource")
	DataSource dbPoolDirectDataSource(@Nullable StartUpPlan plan, ObjectProvider<DataSource> runtime) {
		return (plan != null) ? new DirectConnections(plan) : runtime.getObject();
	}

	@Bean
	@Nullable ConnectionUse dbPoolApplicationUse(@Nullable StartUpPlan plan) {
		if (plan == null) {
			return null;
		}
		ConnectionPlan connections = plan.connections();
		return new ConnectionUse("application", connections.runtime().toString(), connections.runtime().property());
	}

	@Bean
	@Nullable ConnectionUse dbPoolDirectDataSourceUse(@Nullable StartUpPlan plan) {
		if (plan == null) {
			return null;
		}
		ConnectionTarget direct = plan.connections().migration();
		return new ConnectionUse("@DirectDataSource", (direct != null) ? direct.toString() : null,
				plan.connections().names().directUrl());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ FlywayAutoConfiguration.class, org.flywaydb.core.Flyway.class })
	@EnableConfigurationProperties(FlywayProperties.class)
	static class FlywayConfiguration {

		@Bean
		@ConditionalOnMissingBean(FlywayConnectionDetails.class)
		PlannedFlywayConnectionDetails dbPoolFlywayConnectionDetails(@Nullable StartUpPlan plan,
				FlywayProperties properties) {
			MigrationTarget target = new MigrationTarget(properties.getUrl(), properties.getUser(),
					properties.getPassword(), properties.getDriverClassName(), plan);
			return new PlannedFlywayConnectionDetails(target);
		}

		@Bean
		@ConditionalOnBooleanProperty(name = "spring.flyway.enabled", matchIfMissing = true)
		@Nullable ConnectionUse dbPoolFlywayUse(@Nullable StartUpPlan plan, FlywayProperties properties,
				ObjectProvider<FlywayConnectionDetails> details) {
			FlywayConnectionDetails own = details.getIfUnique();
			return (own != null && !(own instanceof PlannedFlywayConnectionDetails))
					? MigrationTarget.use("flyway", own.getJdbcUrl(), "its FlywayConnectionDetails")
					: MigrationTarget.use("flyway", properties.getUrl(), plan);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ LiquibaseAutoConfiguration.class, liquibase.integration.spring.SpringLiquibase.class })
	@EnableConfigurationProperties(LiquibaseProperties.class)
	static class LiquibaseConfiguration {

		@Bean
		@ConditionalOnMissingBean(LiquibaseConnectionDetails.class)
		PlannedLiquibaseConnectionDetails dbPoolLiquibaseConnectionDetails(@Nullable StartUpPlan plan,
				LiquibaseProperties properties) {
			MigrationTarget target = new MigrationTarget(properties.getUrl(), properties.getUser(),
					properties.getPassword(), properties.getDriverClassName(), plan);
			return new PlannedLiquibaseConnectionDetails(target);
		}

		@Bean
		@ConditionalOnBooleanProperty(name = "spring.liquibase.enabled", matchIfMissing = true)
		@Nullable ConnectionUse dbPoolLiquibaseUse(@Nullable StartUpPlan plan, LiquibaseProperties properties,
				ObjectProvider<LiquibaseConnectionDetails> details) {
			LiquibaseConnectionDetails own = details.getIfUnique();
			return (own != null && !(own instanceof PlannedLiquibaseConnectionDetails))
					? MigrationTarget.use("liquibase", own.getJdbcUrl(), "its LiquibaseConnectionDetails")
					: MigrationTarget.use("liquibase", properties.getUrl(), plan);
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
		ApplicationDataSourceScriptDatabaseInitializer dataSourceScriptDatabaseInitializer(@Nullable StartUpPlan plan,
				SqlInitializationProperties properties, ObjectProvider<DataSource> runtime) {
			if (plan == null) {
				return new ApplicationDataSourceScriptDatabaseInitializer(runtime.getObject(), properties);
			}
			DirectConnections dataSource = new DirectConnections(plan);
			if (StringUtils.hasText(properties.getUsername()) && StringUtils.hasText(properties.getPassword())) {
				dataSource.setUsername(properties.getUsername());
				dataSource.setPassword(properties.getPassword());
			}
			return new ApplicationDataSourceScriptDatabaseInitializer(dataSource, properties);
		}

	}

}

package dev.dbpool.autoconfigure;

import com.zaxxer.hikari.HikariCredentialsProvider;
import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Plans the runtime connections. It steps aside if the application or a test has its own
 * data source: an application must never query one database and migrate another.
 */
@AutoConfiguration(before = DataSourceAutoConfiguration.class,
		afterName = { "org.springframework.boot.jdbc.autoconfigure.JndiDataSourceAutoConfiguration",
				"org.springframework.boot.jdbc.autoconfigure.XADataSourceAutoConfiguration",
				"org.springframework.boot.jdbc.test.autoconfigure.TestDatabaseAutoConfiguration",
				"org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration" })
@ConditionalOnClass({ HikariDataSource.class, Driver.class, JdbcConnectionDetails.class })
@ConditionalOnBooleanProperty(name = "db-pool.enabled", matchIfMissing = true)
@ImportRuntimeHints(DbPoolRuntimeHints.class)
public final class DbPoolAutoConfiguration {

	@Bean
	SteppingAside dbPoolSteppingAside(ObjectProvider<StartUpPlan> plan, ObjectProvider<NothingElse> nothingElse,
			Environment environment, ConfigurableListableBeanFactory beans) {
		return new SteppingAside(plan, nothingElse, environment, beans);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(
			type = { "javax.sql.DataSource", "javax.sql.XADataSource", "io.r2dbc.spi.ConnectionFactory" })
	@Conditional(OnNoTestDatabaseCondition.class)
	static class NothingElseConfiguration {

		@Bean
		NothingElse dbPoolNothingElse() {
			return new NothingElse();
		}

		@Configuration(proxyBeanMethods = false)
		@Conditional(OnPlainPostgresUrlCondition.class)
		@Import(PoolsConfiguration.class)
		@EnableConfigurationProperties(DataSourceProperties.class)
		static class RuntimeConfiguration {

			/**
			 * Is {@code null} if connection details lead to another database.
			 */
			@Bean
			@Nullable StartUpPlan dbPoolStartUpPlan(ManagedPools pools, DbPoolProperties properties,
					DataSourceProperties dataSourceProperties, ConfigurableEnvironment environment,
					ObjectProvider<StartUpShare> shares, ObjectProvider<HikariCredentialsProvider> candidates,
					ConfigurableListableBeanFactory beans) {
				ForeignDetails foreign = ForeignDetails.find(beans, environment);
				if (foreign != null && !foreign.isPostgres()) {
					return null;
				}
				// The login of a container is no credentials provider's.
				DirectLogin login = new DirectLogin((foreign != null && foreign.temporary()) ? null
						: new CredentialsProviders(environment, candidates, beans).find());
				return pools.plan(PoolPlanner.MAIN, StartUpSettings.of(properties, dataSourceProperties, foreign,
						environment, AllTransactionSettings.of(beans), shares.stream().toList(), login));
			}

			@Bean
			@ConditionalOnMissingBean(JdbcConnectionDetails.class)
			PlannedJdbcConnectionDetails dbPoolJdbcConnectionDetails(StartUpPlan plan) {
				return new PlannedJdbcConnectionDetails(plan.connections().runtime());
			}

			@Bean
			@ConditionalOnClass(name = "org.springframework.cloud.context.properties.ConfigurationPropertiesRebinder")
			NeverRefreshable dbPoolNeverRefreshable(ConfigurableEnvironment environment) {
				return new NeverRefreshable(environment.getPropertySources());
			}

		}

	}

	/**
	 * Pools of the application itself.
	 */
	@Configuration(proxyBeanMethods = false)
	@Conditional(OnOwnPoolsCondition.class)
	@Import(PoolsConfiguration.class)
	static class OwnPoolsConfiguration {

	}

	/**
	 * Tells that the application has no data source or connection details of its own.
	 */
	record NothingElse() {

	}

}

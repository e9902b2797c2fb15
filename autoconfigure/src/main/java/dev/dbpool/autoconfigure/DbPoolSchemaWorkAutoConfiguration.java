package dev.dbpool.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/**
 * Gives the direct URL to what creates or changes tables through a managed pool behind a
 * transaction pooler.
 */
@AutoConfiguration(after = { DbPoolAutoConfiguration.class, DataSourceAutoConfiguration.class })
@Conditional(OnManagedPoolsCondition.class)
public final class DbPoolSchemaWorkAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	static class InitializerConfiguration {

		@Bean
		static SchemaInitializerPostProcessor dbPoolSchemaInitializerPostProcessor(ObjectProvider<ManagedPools> pools,
				ObjectProvider<ConfigurableListableBeanFactory> beans) {
			return new SchemaInitializerPostProcessor(new SchemaWorkRoute(pools, beans));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(org.flywaydb.core.Flyway.class)
	static class OwnFlywayConfiguration {

		@Bean
		static FlywayPostProcessor dbPoolFlywayPostProcessor(ObjectProvider<ManagedPools> pools,
				ObjectProvider<ConfigurableListableBeanFactory> beans) {
			return new FlywayPostProcessor(new SchemaWorkRoute(pools, beans));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(liquibase.integration.spring.SpringLiquibase.class)
	static class OwnLiquibaseConfiguration {

		@Bean
		static LiquibasePostProcessor dbPoolLiquibasePostProcessor(ObjectProvider<ManagedPools> pools,
				ObjectProvider<ConfigurableListableBeanFactory> beans) {
			return new LiquibasePostProcessor(new SchemaWorkRoute(pools, beans));
		}

	}

}

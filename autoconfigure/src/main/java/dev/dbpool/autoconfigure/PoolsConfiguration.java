package dev.dbpool.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * What manages pools, whosever they are.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DbPoolProperties.class)
class PoolsConfiguration {

	@Bean
	ManagedPools dbPoolManagedPools(DataSourcePostProcessor failures) {
		return new ManagedPools(failures::remember);
	}

	@Bean
	PoolPlanner dbPoolPoolPlanner(ManagedPools pools, ObjectProvider<StartUpPlan> main, DbPoolProperties properties,
			Environment environment, ConfigurableListableBeanFactory beans) {
		return new PoolPlanner(pools, main, properties, environment, beans);
	}

	@Bean
	ContextPause dbPoolContextPause(ManagedPools pools, ApplicationContext context) {
		return new ContextPause(pools, context);
	}

	@Bean
	static DataSourcePostProcessor dbPoolDataSourcePostProcessor(ObjectProvider<PoolPlanner> planner) {
		return new DataSourcePostProcessor(planner);
	}

}

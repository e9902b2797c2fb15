package dev.dbpool.autoconfigure;

import dev.dbpool.TransactionSettings;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
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
			ObjectProvider<TransactionSettings> transactionSettings, Environment environment) {
		return new PoolPlanner(pools, main, properties, transactionSettings, environment);
	}

	@Bean
	static DataSourcePostProcessor dbPoolDataSourcePostProcessor(ObjectProvider<PoolPlanner> planner) {
		return new DataSourcePostProcessor(planner);
	}

}

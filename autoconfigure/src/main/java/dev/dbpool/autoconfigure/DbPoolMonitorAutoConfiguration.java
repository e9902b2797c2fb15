package dev.dbpool.autoconfigure;

import dev.dbpool.monitor.PoolMonitors;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;

/**
 * Watches the pools.
 */
@AutoConfiguration(after = { DbPoolAutoConfiguration.class, DataSourceAutoConfiguration.class })
@Conditional(OnManagedPoolsCondition.class)
public final class DbPoolMonitorAutoConfiguration {

	@Bean
	PoolMonitors dbPoolMonitors(ManagedPools pools) {
		return new PoolMonitors(pools::monitors);
	}

	@Bean
	LeaseStartUp dbPoolLeaseStartUp(ManagedPools pools, Environment environment, ConfigurableListableBeanFactory beans) {
		return new LeaseStartUp(pools, OwnPools.of(environment), beans);
	}

}

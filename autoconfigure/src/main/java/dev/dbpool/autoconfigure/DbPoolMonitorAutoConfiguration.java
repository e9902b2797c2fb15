package dev.dbpool.autoconfigure;

import dev.dbpool.monitor.DailyLine;
import dev.dbpool.monitor.PoolMonitors;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
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
	PoolMonitors dbPoolMonitors(ManagedPools pools, ObjectProvider<ObserveLog> log) {
		ObserveLog observes = log.getIfAvailable();
		return new PoolMonitors(pools::monitors,
				(observes != null) ? new DailyLine(observes::day, System.nanoTime()) : null);
	}

	@Bean
	@ConditionalOnProperty(name = "db-pool.mode", havingValue = "observe")
	ObserveLog dbPoolObserveLog(ManagedPools pools) {
		return new ObserveLog(pools);
	}

	@Bean
	LeaseStartUp dbPoolLeaseStartUp(ManagedPools pools, Environment environment,
			ConfigurableListableBeanFactory beans) {
		return new LeaseStartUp(pools, environment, beans);
	}

}

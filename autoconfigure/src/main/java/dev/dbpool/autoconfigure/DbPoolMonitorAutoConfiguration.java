package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import dev.dbpool.monitor.PoolMonitor;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Watches the pool.
 */
@AutoConfiguration(after = { DbPoolAutoConfiguration.class, DataSourceAutoConfiguration.class })
@ConditionalOnBean(value = PlannedJdbcConnectionDetails.class, name = "dataSource")
public final class DbPoolMonitorAutoConfiguration {

	@Bean
	PoolMonitor dbPoolMonitor(@Qualifier("dataSource") DataSource dataSource) {
		return new PoolMonitor(dataSource);
	}

	@Bean
	LeaseStartUp dbPoolLeaseStartUp(StartUpPlan plan, PoolMonitor monitor, BeanFactory beans) {
		return new LeaseStartUp(plan, monitor, beans);
	}

}

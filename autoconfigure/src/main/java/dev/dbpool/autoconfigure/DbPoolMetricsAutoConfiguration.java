package dev.dbpool.autoconfigure;

import javax.sql.DataSource;

import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * Keeps Hikari's metrics true where Spring Boot publishes them.
 */
@AutoConfiguration(after = { DbPoolAutoConfiguration.class, DataSourcePoolMetricsAutoConfiguration.class })
@ConditionalOnClass({ MeterRegistry.class, MicrometerMetricsTrackerFactory.class })
@Conditional(OnManagedPoolsCondition.class)
@ConditionalOnManageMode
@ConditionalOnBean(name = "hikariDataSourceMeterBinder")
public final class DbPoolMetricsAutoConfiguration {

	@Bean
	PoolMeterBinder dbPoolMeterBinder(ObjectProvider<DataSource> dataSources) {
		return new PoolMeterBinder(dataSources);
	}

}

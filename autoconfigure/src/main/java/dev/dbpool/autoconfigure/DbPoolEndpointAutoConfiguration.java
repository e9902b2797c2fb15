package dev.dbpool.autoconfigure;

import java.util.List;

import javax.sql.DataSource;

import dev.dbpool.actuate.ConnectionUse;
import dev.dbpool.actuate.DbPoolEndpoint;
import dev.dbpool.monitor.PoolMonitors;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Contributes the report.
 */
@AutoConfiguration(after = { DbPoolMonitorAutoConfiguration.class, DbPoolMigrationAutoConfiguration.class })
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(DbPoolEndpoint.class)
@ConditionalOnBean(PoolMonitors.class)
public final class DbPoolEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	DbPoolEndpoint dbPoolEndpoint(ManagedPools pools, PoolMonitors monitors, ObjectProvider<ConnectionUse> uses,
			ObjectProvider<DataSource> primary) {
		List<ConnectionUse> all = uses.orderedStream().toList();
		return new DbPoolEndpoint(() -> pools.views(primary.getIfUnique(), all), monitors);
	}

}

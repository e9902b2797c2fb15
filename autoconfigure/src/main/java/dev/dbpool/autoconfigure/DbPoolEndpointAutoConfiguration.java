package dev.dbpool.autoconfigure;

import dev.dbpool.actuate.ConnectionUse;
import dev.dbpool.actuate.DbPoolEndpoint;
import dev.dbpool.monitor.PoolMonitor;
import dev.dbpool.server.OtherClients;

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
@ConditionalOnBean(PoolMonitor.class)
public final class DbPoolEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	DbPoolEndpoint dbPoolEndpoint(PoolMonitor monitor, StartUpPlan plan, ObjectProvider<ConnectionUse> uses) {
		return new DbPoolEndpoint(monitor, plan.connections(), plan.budget(), plan.pool().sizing().size(),
				uses.orderedStream().toList(), plan.decisions(),
				() -> OtherClients.read(plan.connections(), plan.direct()));
	}

}

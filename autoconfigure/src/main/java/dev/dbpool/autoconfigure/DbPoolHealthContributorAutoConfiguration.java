package dev.dbpool.autoconfigure;

import dev.dbpool.actuate.DbPoolHealthEndpointGroups;
import dev.dbpool.actuate.DbPoolHealthIndicator;
import dev.dbpool.monitor.PoolMonitor;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Contributes the pool's health, in a group of its own.
 */
@AutoConfiguration(after = DbPoolMonitorAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnEnabledHealthIndicator("dbpool")
@ConditionalOnBean(PoolMonitor.class)
public final class DbPoolHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "dbPoolHealthIndicator", "dbPoolHealthContributor" })
	DbPoolHealthIndicator dbPoolHealthIndicator(PoolMonitor monitor, StartUpPlan plan) {
		return new DbPoolHealthIndicator(monitor, plan.connections().via());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HealthEndpoint.class)
	static class GroupConfiguration {

		@Bean
		HealthEndpointGroupsPostProcessor dbPoolHealthEndpointGroupsPostProcessor() {
			return DbPoolHealthEndpointGroups::new;
		}

	}

}
